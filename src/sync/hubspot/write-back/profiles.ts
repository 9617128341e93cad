import type { Language } from '../../../domain/customer.ts';
import { PROFILE_FIELDS, type ToWrite, type Written } from '../../port.ts';
import { BATCH_READ } from '../api.ts';
import { chunksOf } from '../paging.ts';
import { GROUP } from '../setup-plan.ts';
import { GROUP_LABEL } from '../setup-texts.ts';
import { halves, readBatchOutcome, refusalOf, traceOf } from './batch-outcome.ts';
import { contactsNow } from './contacts-now.ts';
import type { Tools } from './engagements.ts';
import { PROFILE_PROPERTIES, profileDefinitions } from './profile-properties.ts';

type Profile = ToWrite<'profile'>;

/**
 * Sets contacts' properties. They say how things shall be, so saying it twice changes nothing. The properties are made
 * when HubSpot says that it has none such: on first use, and when somebody has deleted them.
 */
export async function* writeProfiles(
  tools: Tools,
  profiles: readonly Profile[],
  language: Language,
): AsyncGenerator<Written[]> {
  let made = false;
  const makeOnce = async () => {
    if (made) return false;
    made = true;
    await makeProperties(tools, language);
    return true;
  };
  for (const chunk of chunksOf(profiles, BATCH_READ)) yield* update(tools, chunk, makeOnce);
}

async function* update(
  tools: Tools,
  profiles: readonly Profile[],
  makeOnce: () => Promise<boolean>,
): AsyncGenerator<Written[]> {
  const answer = await tools.connection.request('properties of contacts', tools.signal, {
    method: 'POST',
    path: '/crm/v3/objects/contacts/batch/update',
    body: { inputs: profiles.map(inputOf) },
    accepts: [400, 409],
    repeatable: true,
  });
  if (answer.status < 400) {
    const outcomes = readBatchOutcome(
      answer.body,
      profiles.map(({ id, customerId }) => ({ id, recordId: customerId })),
    );
    const elsewhere = await livingElsewhere(tools, profiles, outcomes);
    const moved = new Set(elsewhere.map(({ id }) => id));
    yield outcomes.filter(({ id }) => !moved.has(id));
    if (elsewhere.length > 0) yield* update(tools, elsewhere, makeOnce);
    return;
  }
  const message = refusalOf(answer);
  const [first, second] = halves(profiles);
  if (/PROPERTY_DOESNT_EXIST|does not exist/i.test(message) && (await makeOnce())) {
    yield* update(tools, profiles, makeOnce);
  } else if (second.length > 0) {
    yield* update(tools, first, makeOnce);
    yield* update(tools, second, makeOnce);
  } else {
    yield first.map(({ id }) => ({ id, outcome: 'refused', message }));
  }
}

/** Those that are gone under their id because they were merged into another contact since the last sync. */
async function livingElsewhere(
  { connection, signal }: Tools,
  profiles: readonly Profile[],
  outcomes: readonly Written[],
): Promise<Profile[]> {
  const gone = new Set(outcomes.filter(({ outcome }) => outcome === 'gone').map(({ id }) => id));
  if (gone.size === 0) return [];
  const left = profiles.filter(({ id }) => gone.has(id));
  const ids = left.map(({ customerId }) => customerId);
  const now = await contactsNow(connection, signal, ids);
  return left.flatMap((profile) => {
    const contact = now.get(profile.customerId) ?? profile.customerId;
    return contact === profile.customerId ? [] : [{ ...profile, customerId: contact }];
  });
}

const inputOf = ({ id, customerId, body }: Profile) => ({
  id: customerId,
  objectWriteTraceId: traceOf(id),
  properties: Object.fromEntries(PROFILE_FIELDS.map((field) => [PROFILE_PROPERTIES[field], body[field]])),
});

/** @throws SyncError when the token may not */
async function makeProperties({ connection, signal }: Tools, language: Language): Promise<void> {
  const make = async (path: string, body: object) => {
    const what = 'new properties of contacts';
    // what is there already is not made again
    await connection.request(what, signal, { method: 'POST', path, body, accepts: [409], repeatable: true });
  };
  await make('/crm/v3/properties/contacts/groups', { name: GROUP, label: GROUP_LABEL, displayOrder: -1 });
  for (const definition of profileDefinitions(language))
    await make('/crm/v3/properties/contacts', definition);
}
