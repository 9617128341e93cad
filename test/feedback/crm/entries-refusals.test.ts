import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fixBodies } from '../../../src/feedback/crm/entries/outbox.ts';
import { HUBSPOT_DEFAULTS } from '../../../src/library/schema.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { crmProxy, type PassingCall } from '../../stands/crm-proxy.ts';
import { testDatabase } from '../../stands/database.ts';
import { entriesStand, MINUTE } from './entries-stand.ts';

const { db } = await testDatabase();
const stand = await entriesStand(db, 40);
const { server, clock } = stand;
const proxy = await crmProxy(server.url);
const crm = hubspotCrm({
  accessToken: 'test',
  baseUrl: proxy.url,
  patience: 0.001,
  timeoutMs: 2000,
  settings: async () => HUBSPOT_DEFAULTS,
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});
beforeEach(async () => {
  await stand.clear();
  stand.crm = crm;
  proxy.meddler.meddle = async () => undefined;
  proxy.paths.length = 0;
});

interface Sent {
  id?: string;
  objectWriteTraceId: string;
  properties: Record<string, string>;
  associations?: { to: { id: string } }[];
}
const inputs = ({ body }: PassingCall): Sent[] => body.inputs;
const isAbout = (customer: string) => (input: Sent) =>
  (input.id ?? input.associations?.[0]?.to.id) === customer;
const CREATE = /(notes|tasks)\/batch\/create/;
const WRITE = /(notes|tasks)\/batch\/create|contacts\/batch\/update/;
const refuse = (status: number, category: string, message: string) => ({
  status,
  body: { status: 'error', category, message },
});
const refuseEach = (sent: Sent[], category: string, message: string) => ({
  status: 207,
  body: {
    status: 'COMPLETE',
    results: [],
    numErrors: sent.length,
    errors: sent.map(({ objectWriteTraceId }) => ({
      status: 'error',
      category,
      message,
      context: { objectWriteTraceId: [objectWriteTraceId] },
    })),
  },
});
const passing = async (days: number) => {
  for (let n = 0; n < days * 24 && (await stand.open()); n++) {
    clock.advance(60 * MINUTE);
    await stand.go();
  }
};

describe('one contact of many that HubSpot refuses the whole call for', () => {
  it.each([
    ['that it does not find, although it is there', 404, 'OBJECT_NOT_FOUND'],
    ['that is out of the token’s reach', 403, 'MISSING_PERMISSIONS'],
    ['that is too much', 413, 'TOO_LARGE'],
  ])('%s, holds up nobody', { timeout: 60_000 }, async (_what, status, category) => {
    for (let n = 0; n < 6; n++) await stand.answer(n, 'yes');
    const wrong = stand.customer(2);
    proxy.meddler.meddle = async (call) =>
      WRITE.test(call.path) && inputs(call).some(isAbout(wrong))
        ? refuse(status, category, `Contact ${wrong} can’t be written.`)
        : undefined;
    await stand.later();
    expect(await stand.outcomes()).toEqual({
      'note open': 1,
      'note written': 5,
      'profile open': 1,
      'profile written': 5,
    });
    await passing(8);
    expect(await stand.outcomes()).toMatchObject({ 'note refused': 1, 'profile refused': 1 });
    expect(stand.alerts.map(({ code }) => code)).toEqual(['crm_entry_given_up', 'crm_entry_given_up']);
  });

  it('is looked up, and done with when it is gone', async () => {
    for (let n = 0; n < 4; n++) await stand.answer(n, 'yes');
    const gone = stand.customer(1);
    server.archiveContact(gone);
    proxy.meddler.meddle = async (call) =>
      WRITE.test(call.path) && inputs(call).some(isAbout(gone))
        ? refuse(404, 'OBJECT_NOT_FOUND', `No contact with ID ${gone} exists`)
        : undefined;
    await stand.later();
    server.restore('contacts', gone);
    expect(await stand.outcomes()).toEqual({
      'note gone': 1,
      'note written': 3,
      'profile gone': 1,
      'profile written': 3,
    });
  });

  it('costs few calls when all are refused in the same words', async () => {
    for (let n = 0; n < 40; n++) await stand.answer(n, 'yes');
    proxy.meddler.meddle = async ({ path }) =>
      CREATE.test(path) ? refuse(400, 'VALIDATION_ERROR', 'Property values were not valid') : undefined;
    await stand.later();
    expect(proxy.paths.filter((path) => CREATE.test(path))).toHaveLength(3);
    proxy.paths.length = 0;
    clock.advance(120 * MINUTE);
    for (let n = 0; n < 4; n++) {
      clock.advance(120 * MINUTE);
      proxy.paths.length = 0;
      await stand.go();
      expect(proxy.paths.length).toBeLessThan(60);
    }
  });
});

describe('something else than the contact that HubSpot does not find', () => {
  it('is left out when it is the owner of a task', async () => {
    const customer = stand.customer(0);
    await sql`update customers set owner_id = '4711' where id = ${customer}`.execute(db);
    await stand.answer(0, 'call');
    proxy.meddler.meddle = async (call) => {
      const owned = CREATE.test(call.path) && inputs(call).some((each) => each.properties.hubspot_owner_id);
      return owned ? refuseEach(inputs(call), 'OBJECT_NOT_FOUND', 'Owner 4711 does not exist') : undefined;
    };
    await stand.later();
    expect(await stand.outcomes()).toMatchObject({ 'task written': 1 });
    expect(stand.tasks(0)).toHaveLength(1);
  });

  it('is a refusal with its words, and tried again', async () => {
    await stand.answer(0, 'yes');
    proxy.meddler.meddle = async (call) =>
      CREATE.test(call.path)
        ? refuseEach(inputs(call), 'OBJECT_NOT_FOUND', 'association type not found')
        : undefined;
    await stand.later();
    const note = await db.selectFrom('crm_entries').selectAll().where('kind', '=', 'note').executeTakeFirst();
    expect(note).toMatchObject({ settled_at: null, refusal: 'association type not found' });
    proxy.meddler.meddle = async () => undefined;
    await stand.settle();
    expect(stand.notes(0)).toHaveLength(1);
  });
});

describe('properties that HubSpot lacks', () => {
  it('are made also when it says so of each contact', async () => {
    const headers = { authorization: 'Bearer test' };
    await stand.answer(5, 'yes');
    await stand.later();
    await fetch(`${server.url}/crm/v3/properties/contacts/spielbein_wants`, { method: 'DELETE', headers });
    for (let n = 0; n < 3; n++) await stand.answer(n, 'yes');
    let each = 0;
    proxy.meddler.meddle = async (call) => {
      if (!/contacts\/batch\/update/.test(call.path)) return undefined;
      const answer = await call.forward();
      each += answer.status === 207 ? answer.body.errors.length : 0;
      return answer;
    };
    await stand.later();
    expect(each).toBe(3);
    expect(await stand.outcomes()).toMatchObject({ 'profile written': 4 });
    expect(proxy.paths.filter((path) => path.endsWith('/properties/contacts/groups'))).toHaveLength(1);
  });
});

describe('an entry that can’t be put into words or stored', () => {
  it('holds up nobody, is given up after a week, and somebody is told', { timeout: 60_000 }, async () => {
    for (let n = 0; n < 3; n++) await stand.answer(n, 'yes');
    // a mail whose composition nobody could have written
    const spoil = (lang: string) =>
      sql`
      update sends set composition = jsonb_set(composition, '{language}', ${JSON.stringify(lang)}::jsonb)
      where id = ${stand.send(1)}`.execute(db);
    await spoil('xx');
    await stand.later();
    expect(await stand.outcomes()).toMatchObject({ 'note written': 2, 'note open': 1 });
    await passing(8);
    await spoil('de');
    expect(await stand.outcomes()).toEqual({
      'note refused': 1,
      'note written': 2,
      'profile refused': 1,
      'profile written': 2,
    });
    expect(stand.alerts.map(({ code, title }) => [code, title.match(/\(.*\)/)?.[0]])).toEqual([
      ['crm_entry_given_up', '(notes: 1)'],
      ['crm_entry_given_up', '(contact fields: 1)'],
    ]);
  });

  it('is told from those that can be stored', async () => {
    for (let n = 0; n < 3; n++) await stand.answer(n, 'yes');
    const { rows } = await sql<{
      id: number;
    }>`select id from crm_entries where kind = 'note' order by id`.execute(db);
    const bodies = rows.map(({ id }, n) => ({
      id,
      body: { html: n === 1 ? 'half an emoji: \ud83d' : 'whole' },
    }));
    const failed = await fixBodies(db, bodies);
    expect(failed.map(({ id }) => id)).toEqual([rows[1]?.id]);
    const { rows: fixed } = await sql<{
      n: number;
    }>`select count(*) as n from crm_entries where body is not null`.execute(db);
    expect(fixed[0]?.n).toBe(2);
  });
});

describe('an answer that is just being doubted when its note is begun', () => {
  it('is told after all when the doubt comes to nothing, with all that was said', async () => {
    await stand.answer(0, 'yes');
    await stand.say(0, 'Am liebsten morgen.');
    clock.advance(MINUTE + 1);
    await db
      .transaction()
      .execute(async (trx) => {
        await sql`update answers set doubted_at = now()`.execute(trx);
        await stand.go();
        expect(stand.notes()).toEqual([]);
        throw new Error('it was none');
      })
      .catch(() => {});
    await stand.settle();
    expect(stand.notes(0)).toHaveLength(1);
    expect(stand.notes(0)[0]?.body).toMatch(/Ja, bitte.*Am liebsten morgen/s);
  });
});
