import type { Language } from '../../../domain/customer.ts';
import { PROFILE_FIELDS, type ToWrite, type Written } from '../../port.ts';
import { BATCH_READ } from '../api.ts';
import { chunksOf } from '../paging.ts';
import { GROUP } from '../setup-plan.ts';
import { GROUP_LABEL } from '../setup-texts.ts';
import { askToWrite, type Tools } from './ask.ts';
import { traceOf } from './batch-outcome.ts';
import { contactsNow } from './contacts-now.ts';
import { askInHalves, type Said } from './in-halves.ts';
import { PROFILE_PROPERTIES, profileDefinitions } from './profile-properties.ts';

type Profile = ToWrite<'profile'>;
type Ask = (profiles: readonly Profile[]) => Promise<Said>;

/**
 * Sets contacts' properties. They say how things shall be, so saying it twice changes nothing. The properties are made
 * when HubSpot says that it has none such: on first use, and when somebody has deleted them.
 */
export async function* writeProfiles(
  tools: Tools,
  profiles: readonly Profile[],
  language: Language,
): AsyncGenerator<readonly Written[]> {
  let made = false;
  const ask: Ask = async (some) => {
    const said = await askOnce(tools, some);
    const lacking = some.filter(({ id }) => lacksProperty(said, id));
    if (made || lacking.length === 0) return said;
    made = true;
    await makeProperties(tools, language);
    if ('refused' in said) return await ask(some);
    const left = new Set(lacking.map(({ id }) => id));
    const again = await ask(lacking);
    return 'refused' in again ? said : [...said.filter(({ id }) => !left.has(id)), ...again];
  };
  for (const chunk of chunksOf(profiles, BATCH_READ)) yield* update(tools, chunk, ask);
}

/** HubSpot says it of the whole call, or of each contact. */
function lacksProperty(said: Said, id: number): boolean {
  const lacks = (words: string) => /PROPERTY_DOESNT_EXIST|does not exist/i.test(words);
  if ('refused' in said) return lacks(said.refused);
  return said.some((each) => each.id === id && each.outcome === 'refused' && lacks(each.message));
}

const askOnce = (tools: Tools, profiles: readonly Profile[]): Promise<Said> =>
  askToWrite(tools, profiles, {
    what: 'properties of contacts',
    path: '/crm/v3/objects/contacts/batch/update',
    repeatable: true,
    input: inputOf,
    named: ({ id, customerId }) => ({ id, recordId: customerId }),
  });

async function* update(
  tools: Tools,
  profiles: readonly Profile[],
  ask: Ask,
): AsyncGenerator<readonly Written[]> {
  for await (const said of askInHalves(profiles, ask)) {
    yield said.filter(({ outcome }) => outcome === 'written');
    const refused = new Map(said.flatMap((each) => (each.outcome === 'refused' ? [[each.id, each]] : [])));
    const left = profiles.filter(({ id }) => refused.has(id));
    if (left.length > 0) yield* reconsider(tools, left, refused, ask);
  }
}

/** Who is refused may be gone, or live under another id since a merge that was not synced yet. */
async function* reconsider(
  tools: Tools,
  profiles: readonly Profile[],
  refused: ReadonlyMap<number, Written>,
  ask: Ask,
): AsyncGenerator<readonly Written[]> {
  const ids = profiles.map(({ customerId }) => customerId);
  const now = await contactsNow(tools.connection, tools.signal, ids);
  const moved = profiles.flatMap((profile) => {
    const contact = now.get(profile.customerId) ?? profile.customerId;
    return contact === profile.customerId ? [] : [{ ...profile, customerId: contact }];
  });
  const elsewhere = new Set(moved.map(({ id }) => id));
  yield profiles.flatMap(({ id, customerId }): Written[] => {
    if (elsewhere.has(id)) return [];
    return now.has(customerId) ? [refused.get(id) as Written] : [{ id, outcome: 'gone' }];
  });
  if (moved.length > 0) yield* update(tools, moved, ask);
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
