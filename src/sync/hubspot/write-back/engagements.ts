import type { ToWrite, Written } from '../../port.ts';
import { BATCH_READ } from '../api.ts';
import { chunksOf } from '../paging.ts';
import { askToWrite, type Tools } from './ask.ts';
import { traceOf } from './batch-outcome.ts';
import { contactsNow } from './contacts-now.ts';
import { ENGAGEMENTS, propertiesOf } from './engagement-types.ts';
import { findWritten } from './find-written.ts';
import { askInHalves } from './in-halves.ts';

type Engagement = 'note' | 'task';

/**
 * Makes notes or tasks on contacts, each once: what may have been made before is looked for first. A call that makes
 * something is made again only when it surely had no effect.
 */
export async function* writeEngagements<K extends Engagement>(
  tools: Tools,
  kind: K,
  things: readonly ToWrite<K>[],
): AsyncGenerator<readonly Written[]> {
  for (const chunk of chunksOf(things, BATCH_READ)) {
    const tried = chunk.filter((each) => each.tried);
    const { known, unclear } = await lookFor(tools, kind, tried);
    if (known.length > 0) yield known;
    const settled = new Set([...known.map(({ id }) => id), ...unclear]);
    const left = chunk.filter(({ id }) => !settled.has(id));
    if (left.length > 0) yield* create(tools, kind, left);
  }
}

/**
 * What became of earlier tries, as far as the CRM shows it. Unclear is what may come to light yet, or stands in
 * something unreadable: it is not made anew.
 */
async function lookFor<K extends Engagement>(
  tools: Tools,
  kind: K,
  tried: readonly ToWrite<K>[],
): Promise<{ known: Written[]; unclear: number[] }> {
  if (tried.length === 0) return { known: [], unclear: [] };
  const { connection, signal } = tools;
  const ids = tried.map(({ customerId }) => customerId);
  const now = await contactsNow(connection, signal, ids);
  const sought = tried.flatMap(({ mark, customerId }) => {
    const contactId = now.get(customerId);
    return contactId === undefined ? [] : [{ mark, contactId }];
  });
  const found = await findWritten(tools, ENGAGEMENTS[kind], sought);
  const known = tried.flatMap(({ id, mark, customerId }): Written[] => {
    const crmId = found.written.get(mark);
    if (crmId !== undefined) return [{ id, outcome: 'written', crmId }];
    return now.has(customerId) ? [] : [{ id, outcome: 'gone' }];
  });
  const unclear = tried.filter(
    ({ mark, anew, customerId }) =>
      now.has(customerId) && !found.written.has(mark) && (!anew || found.unclear.has(mark)),
  );
  return { known, unclear: unclear.map(({ id }) => id) };
}

/** One thing that the CRM refuses must not keep it from taking the others. */
async function* create<K extends Engagement>(
  tools: Tools,
  kind: K,
  things: readonly ToWrite<K>[],
): AsyncGenerator<readonly Written[]> {
  const { type, toContact } = ENGAGEMENTS[kind];
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: toContact }];
  const ask = (some: readonly ToWrite<K>[]) =>
    askToWrite(tools, some, {
      what: `new ${type}`,
      path: `/crm/v3/objects/${type}/batch/create`,
      repeatable: false,
      input: (thing) => ({
        objectWriteTraceId: traceOf(thing.id),
        properties: propertiesOf(ENGAGEMENTS[kind], thing),
        associations: [{ to: { id: thing.customerId }, types }],
      }),
      named: ({ id, mark, customerId }) => ({ id, mark, contactId: customerId }),
    });
  for await (const said of askInHalves(things, ask)) {
    yield said.filter(({ outcome }) => outcome === 'written');
    yield* reconsider(
      tools,
      kind,
      things,
      said.filter(({ outcome }) => outcome !== 'written'),
    );
  }
}

/**
 * What was refused had no effect, so it may be tried in another way at once: on the contact that another one was merged
 * into, and without an owner whom the CRM does not take (any more).
 */
async function* reconsider<K extends Engagement>(
  tools: Tools,
  kind: K,
  things: readonly ToWrite<K>[],
  refused: readonly Written[],
): AsyncGenerator<readonly Written[]> {
  if (refused.length === 0) return;
  const byId = new Map(things.map((thing) => [thing.id, thing]));
  const ids = refused.flatMap(({ id }) => byId.get(id)?.customerId ?? []);
  const now = await contactsNow(tools.connection, tools.signal, ids);
  const final: Written[] = [];
  const again: ToWrite<K>[] = [];
  for (const answer of refused) {
    const thing = byId.get(answer.id) as ToWrite<K>;
    const contact = now.get(thing.customerId);
    if (contact === undefined) {
      final.push({ id: answer.id, outcome: 'gone' });
      continue;
    }
    const other = inAnotherWay(thing, contact, answer);
    if (other === null) final.push(answer);
    else again.push(other);
  }
  if (final.length > 0) yield final;
  if (again.length > 0) yield* create(tools, kind, again);
}

/** Null: there is none left. */
function inAnotherWay<K extends Engagement>(
  thing: ToWrite<K>,
  contact: string,
  answer: Written,
): ToWrite<K> | null {
  const words = answer.outcome === 'refused' ? answer.message : '';
  const owned = 'ownerId' in thing.body && thing.body.ownerId !== null;
  if (owned && /hubspot_owner_id|\bowner\b/i.test(words)) {
    return { ...thing, customerId: contact, body: { ...thing.body, ownerId: null } };
  }
  return contact === thing.customerId ? null : { ...thing, customerId: contact };
}
