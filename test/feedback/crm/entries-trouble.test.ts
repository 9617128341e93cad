import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startDemoCrm } from '../../../src/demo/crm-server/server.ts';
import { entriesStanding } from '../../../src/feedback/crm/entries/standing.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { testDatabase } from '../../stands/database.ts';
import { entriesStand, MINUTE } from './entries-stand.ts';

const { db } = await testDatabase();
const stand = await entriesStand(db, 30);
const { server, clock } = stand;
afterAll(() => server.close());
beforeEach(() => stand.clear());

const CREATE = /batch\/create/;

describe('a contact that changed meanwhile', () => {
  it('is not told of when it was archived, and holds up nobody', async () => {
    for (const n of [0, 1, 2]) await stand.answer(n, 'call');
    server.archiveContact(stand.customer(1));
    await stand.settle();
    expect(await stand.outcomes()).toEqual({
      'note gone': 1,
      'note written': 2,
      'profile gone': 1,
      'profile written': 2,
      'task gone': 1,
      'task written': 2,
    });
    server.restore('contacts', stand.customer(1));
  });

  it('is not even asked about when we know that it is archived', async () => {
    await stand.answer(3, 'yes');
    const id = stand.customer(3);
    await db.updateTable('customers').set({ archived_at: clock.now() }).where('id', '=', id).execute();
    const before = [...server.requests.values()].reduce((sum, n) => sum + n, 0);
    await stand.settle();
    expect([...server.requests.values()].reduce((sum, n) => sum + n, 0)).toBe(before);
    expect(await stand.outcomes()).toEqual({ 'note gone': 1, 'profile gone': 1 });
  });

  it.each([
    ['before the note was written', false],
    ['after it was written, of which no answer came', true],
  ])('has its note once when it was merged into another %s', async (_when, written) => {
    const [n, other] = written ? [4, 5] : [6, 7];
    await stand.answer(n, 'call');
    if (written) {
      server.faults.failNext(1, 'reset-after-work', /notes\/batch\/create/);
      server.faults.failNext(1, '502-after-work', /tasks\/batch\/create/);
      await stand.later();
      await stand.go();
    }
    const { id } = server.mergeContacts(stand.customer(other), stand.customer(n));
    await stand.settle();
    expect(stand.notes().map(({ contacts }) => contacts)).toEqual([[id]]);
    expect(stand.tasks().map(({ contacts }) => contacts)).toEqual([[id]]);
    expect(await stand.outcomes()).toEqual({ 'note written': 1, 'profile written': 1, 'task written': 1 });
    expect(server.store.read('contacts', Number(id))?.properties.spielbein_brief).toBeTruthy();
  });
});

describe('a write of which nobody knows the end', () => {
  it.each(['reset-after-work', 'hang-after-work', '502-after-work', 'truncated'] as const)(
    'is looked for a minute later, and not made again: %s',
    async (failure) => {
      await stand.answer(0, 'yes');
      await stand.answer(8, 'yes');
      server.faults.failNext(1, failure, CREATE);
      await stand.later();
      expect(stand.notes()).toHaveLength(2);
      expect(await entriesStanding(db, clock.now())).toMatchObject({ inDoubt: 2 });
      clock.advance(30_000);
      await stand.go();
      await stand.settle();
      expect(stand.notes(0)).toHaveLength(1);
      expect(stand.notes(8)).toHaveLength(1);
      expect(await stand.outcomes()).toMatchObject({ 'note written': 2 });
      expect(await entriesStanding(db, clock.now())).toMatchObject({ waiting: 0, inDoubt: 0, trouble: null });
    },
  );

  it.each([500, 502, 'reset', 'hang', 'empty', 'html'] as const)(
    'is made then if the CRM does not have it: %s',
    async (failure) => {
      await stand.answer(0, 'call');
      server.faults.failNext(2, failure, CREATE);
      await stand.settle();
      expect([stand.notes(0), stand.tasks(0)].map((each) => each.length)).toEqual([1, 1]);
    },
  );

  it('of which the answer tells only of a part, is told apart', async () => {
    for (const n of [0, 1, 2, 8]) await stand.answer(n, 'yes');
    server.faults.brokenInputs = 1;
    server.faults.unsaidInputs = 1;
    await stand.later();
    expect(stand.notes()).toHaveLength(3);
    expect(await stand.outcomes()).toMatchObject({ 'note open': 2, 'note written': 2 });
    await stand.settle();
    expect(stand.notes()).toHaveLength(4);
    expect(new Set(stand.notes().map(({ mark }) => mark)).size).toBe(4);
  });
});

describe('what the CRM does not take', () => {
  it('is left for later when too many calls arrive, and nothing is begun twice', async () => {
    for (const n of [0, 1, 2]) await stand.answer(n, 'yes');
    server.faults.failNext(50, 429, CREATE);
    await stand.later();
    expect(stand.notes()).toEqual([]);
    server.faults.clear();
    await stand.settle();
    expect(stand.notes()).toHaveLength(3);
  });

  it('is refused for good after a week, with its words, and holds up nobody', async () => {
    await stand.answer(0, 'yes');
    await stand.answer(1, 'yes');
    const began = clock.now().getTime();
    while ((await stand.open()) > 0) {
      // the first of each call: at first one of two, then always the same one
      server.faults.brokenInputs = 1;
      clock.advance(60 * MINUTE);
      await stand.go();
    }
    expect(stand.notes()).toHaveLength(1);
    expect(await stand.outcomes()).toEqual({ 'note refused': 1, 'note written': 1, 'profile written': 2 });
    const days = (clock.now().getTime() - began) / (24 * 60 * MINUTE);
    expect(days).toBeGreaterThan(5);
    expect(days).toBeLessThan(8);
    expect(await entriesStanding(db, clock.now())).toMatchObject({ waiting: 0, refused: 0, givenUp: 1 });
    const refused = await db
      .selectFrom('crm_entries')
      .select(['refusal', 'body'])
      .where('outcome', '=', 'refused')
      .execute();
    expect(refused).toEqual([{ refusal: 'Something broke.', body: null }]);
  });

  it('makes its properties on first use, and again when somebody deleted one', async () => {
    await stand.answer(0, 'yes');
    await stand.settle();
    expect((await definedProperties()).filter((name) => name.startsWith('spielbein_'))).toHaveLength(8);
    await fetch(`${server.url}/crm/v3/properties/contacts/spielbein_wants`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer x' },
    });
    await stand.answer(1, 'yes');
    await stand.settle();
    expect(stand.profile(1).spielbein_wants).toContain('Ja, bitte');
  });
});

async function definedProperties(): Promise<string[]> {
  const answer = await fetch(`${server.url}/crm/v3/properties/contacts`, {
    headers: { authorization: 'Bearer x' },
  });
  return ((await answer.json()) as { results: { name: string }[] }).results.map(({ name }) => name);
}

describe('a token that may not', () => {
  const lacking = async (scopes: string[]) => {
    const other = await startDemoCrm({ company: server.company, tokens: { weak: { scopes } } });
    const crm = hubspotCrm({ accessToken: 'weak', baseUrl: other.url, patience: 0.001, timeoutMs: 2000 });
    return { other, crm };
  };
  const READ = 'crm.objects.contacts.read';
  const WRITE = 'crm.objects.contacts.write';

  it('make properties: notes and tasks go on, and somebody is told once', async () => {
    const { other, crm } = await lacking([READ, WRITE]);
    stand.crm = crm;
    await stand.answer(0, 'call');
    for (let n = 0; n < 30; n++) await stand.later();
    expect(await stand.outcomes()).toEqual({ 'note written': 1, 'profile open': 1, 'task written': 1 });
    expect(stand.alerts).toMatchObject([{ code: 'crm_not_written' }]);
    expect(stand.alerts[0]?.text).toContain('crm.schemas.contacts.write');
    expect((await entriesStanding(db, clock.now())).trouble?.code).toBe('crm_scope_missing');
    await stand.answer(1, 'yes');
    await stand.later();
    expect(await stand.outcomes()).toMatchObject({ 'note written': 2, 'profile open': 2 });
    await other.close();
  });

  it('write at all: everything waits, and is written as soon as it may', async () => {
    const { other, crm } = await lacking([READ]);
    const allowed = stand.crm;
    stand.crm = crm;
    await stand.answer(0, 'call');
    for (let n = 0; n < 30; n++) await stand.later();
    expect(await stand.outcomes()).toEqual({ 'note open': 1, 'profile open': 1, 'task open': 1 });
    expect(stand.alerts.length).toBeGreaterThan(0);
    expect(stand.alerts.length).toBeLessThanOrEqual(3);
    await other.close();
    stand.crm = allowed;
    await stand.settle();
    expect(await stand.outcomes()).toEqual({ 'note written': 1, 'profile written': 1, 'task written': 1 });
    expect(stand.log).toContain('What customers say is written to the CRM again.');
  });
});
