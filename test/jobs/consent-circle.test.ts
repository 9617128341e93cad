import type { Job } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTellCrmJob, tellOfUnsubscribes } from '../../jobs/tell-crm.ts';
import { suppress } from '../../src/feedback/suppressions.ts';
import { resubscribe, unsubscribe } from '../../src/feedback/unsubscribe.ts';
import { HUBSPOT_DEFAULTS } from '../../src/library/schema.ts';
import { openQueues } from '../../src/queue/queue.ts';
import { hubspotCrm } from '../../src/sync/hubspot/adapter.ts';
import type { CrmAdapter } from '../../src/sync/port.ts';
import { runSync } from '../../src/sync/sync.ts';
import { testDatabase } from '../stands/database.ts';
import { deliveryStand } from '../stands/delivery.ts';
import { syncDemo } from '../stands/demo.ts';
import { smtpStand } from '../stands/smtp.ts';
import { pathOf, webStand } from '../web/stand.ts';

const { db, url: databaseUrl } = await testDatabase();
const { server, crm } = await syncDemo(db, 40);
const smtp = await smtpStand();
const stand = await deliveryStand({ db, databaseUrl, smtpUrl: smtp.url });
const queues = openQueues({ databaseUrl });
afterAll(async () => {
  await queues.close();
  await stand.close();
  await smtp.stop();
  await server.close();
});

interface Recipient {
  send: number;
  id: string;
  email: string;
}
/** People whom the first campaign wrote to. */
const recipients: Recipient[] = [];
beforeAll(async () => {
  await stand.plan('first');
  await stand.deliver('first');
  const rows = await db
    .selectFrom('sends')
    .innerJoin('customers', 'customers.id', 'sends.customer_id')
    .select(['sends.id as send', 'customers.id', 'customers.email_key as email'])
    .where('sends.state', '=', 'sent')
    .orderBy('sends.id')
    .execute();
  for (const { email, ...row } of rows) if (email !== null) recipients.push({ ...row, email });
});
const recipient = (n: number): Recipient => {
  const found = recipients[n];
  if (!found) throw new Error(`The first campaign wrote to ${recipients.length} people only.`);
  return found;
};

let log: string[] = [];
const tell = (adapter: CrmAdapter = crm) =>
  runTellCrmJob(
    {
      db,
      queues,
      crm: async () => adapter,
      now: () => new Date(),
      log: (line) => log.push(line),
      alert: async ({ text }) => {
        throw new Error(text);
      },
      signal: new AbortController().signal,
    },
    { id: '1', name: tellOfUnsubscribes.name, data: {} } as Job,
  );
const sync = (adapter: CrmAdapter = crm) => runSync({ db, crm: adapter, mode: 'incremental' });

/** Of the demo CRM's subscription types. */
const NEWSLETTER = 7_104_001;
/** An account whose settings name the subscription type. */
const newsletterOnly = hubspotCrm({
  accessToken: 'test',
  baseUrl: server.url,
  settings: async () => ({ ...HUBSPOT_DEFAULTS, subscriptionType: String(NEWSLETTER) }),
});

/** What HubSpot knows of an address, asked as anybody could. */
async function preferences({ email }: Recipient, body?: unknown): Promise<string[]> {
  const url = `${server.url}/communication-preferences/v4/statuses/${email}?channel=EMAIL`;
  const answer = await fetch(url, {
    headers: { Authorization: 'Bearer test', 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const { results } = (await answer.json()) as { results: { status: string }[] };
  return results.map(({ status }) => status);
}

/** What HubSpot's own mailer goes by. */
const optedOutThere = ({ id }: Recipient) =>
  server.store.read('contacts', Number(id))?.properties.hs_email_optout === 'true';
const optedOutHere = async ({ id }: Recipient) =>
  (await db.selectFrom('customers').select('opted_out').where('id', '=', id).executeTakeFirst())?.opted_out;

let rounds = 0;
/** Plans a round for everybody, lets something happen, then delivers: what became of this person's mail. */
async function round({ id: customer, email }: Recipient, meanwhile: () => Promise<unknown> = async () => {}) {
  const id = `round${++rounds}`;
  // What they got before is no reason to leave anybody out.
  await db.deleteFrom('shown_blocks').execute();
  await db
    .updateTable('sends')
    .set({ sending_at: new Date(0) })
    .where('state', '=', 'sent')
    .execute();
  await stand.plan(id);
  const before = smtp.received.length;
  await meanwhile();
  await stand.deliver(id);
  const send = await db
    .selectFrom('sends')
    .select(['state', 'reason'])
    .where('campaign_id', '=', id)
    .where('customer_id', '=', customer)
    .executeTakeFirst();
  const got = smtp.received.slice(before).filter((mail) => mail.to[0] === email).length;
  return { got, state: send?.state ?? 'not planned', reason: send?.reason ?? null };
}

describe('an unsubscribe here', () => {
  it('reaches HubSpot, comes back with the next sync, and holds by itself', async () => {
    const person = recipient(0);
    const web = await webStand(db);
    const response = await web.app.inject({
      method: 'POST',
      url: pathOf(web.links.unsubscribe(person.send)),
      payload: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(response.statusCode).toBe(200);
    expect(optedOutThere(person)).toBe(false);
    await tell();
    expect(optedOutThere(person)).toBe(true);
    await sync();
    expect(await optedOutHere(person)).toBe(true);
    // even if somebody takes the address off the list by mistake
    await db.deleteFrom('suppressions').where('email_key', '=', person.email).execute();
    expect(await round(person)).toMatchObject({ got: 0, state: 'not planned' });
  });

  it('taken back in time restores in HubSpot what was subscribed', async () => {
    const person = recipient(1);
    const subscribed = { channel: 'EMAIL', statusState: 'SUBSCRIBED', subscriptionId: NEWSLETTER };
    expect(await preferences(person, subscribed)).toEqual(['SUBSCRIBED']);
    await unsubscribe(db, person.send, new Date());
    await tell();
    expect(await preferences(person)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect(await resubscribe(db, person.send, new Date())).toEqual({ restored: true });
    await tell();
    expect((await preferences(person))[0]).toBe('SUBSCRIBED');
    await sync();
    expect(await optedOutHere(person)).toBe(false);
    expect(await round(person)).toMatchObject({ got: 1, state: 'sent' });
  });

  it('of which nothing could be restored is named, and goes on to hold', async () => {
    const person = recipient(4);
    await unsubscribe(db, person.send, new Date());
    await tell();
    await resubscribe(db, person.send, new Date());
    log = [];
    await tell();
    expect(log.join()).toContain(`Customer ${person.id} took back an unsubscribe`);
    expect(optedOutThere(person)).toBe(true);
  });

  it('concerns only the kind of mail that the settings name', async () => {
    const person = recipient(5);
    await unsubscribe(db, person.send, new Date());
    await tell(newsletterOnly);
    expect(await preferences(person)).toEqual(['UNSUBSCRIBED', 'NOT_SPECIFIED', 'NOT_SPECIFIED']);
    expect(optedOutThere(person)).toBe(false);
    await sync(newsletterOnly);
    expect(await optedOutHere(person)).toBe(true);
    await resubscribe(db, person.send, new Date());
    await tell(newsletterOnly);
    // they had never subscribed
    expect((await preferences(person))[0]).toBe('NOT_SPECIFIED');
    await sync(newsletterOnly);
    expect(await optedOutHere(person)).toBe(false);
  });

  it('taken back, whose subscription type is gone by now, keeps nobody waiting', async () => {
    const [person, other] = [recipient(6), recipient(7)];
    const subscribed = { channel: 'EMAIL', statusState: 'SUBSCRIBED', subscriptionId: NEWSLETTER };
    await preferences(person, subscribed);
    await unsubscribe(db, person.send, new Date());
    await tell();
    const gone = [{ id: '999', subscribed: true, basis: null }];
    await db
      .updateTable('suppressions')
      .set({ crm_before: JSON.stringify(gone) })
      .where('email_key', '=', person.email)
      .execute();
    await resubscribe(db, person.send, new Date());
    await unsubscribe(db, other.send, new Date());
    log = [];
    await tell();
    expect(optedOutThere(other)).toBe(true);
    expect(log.join()).toContain(`Customer ${person.id} took back an unsubscribe`);
    expect(await db.selectFrom('crm_take_backs').selectAll().execute()).toEqual([]);
  });

  it('holds although HubSpot says subscribed', async () => {
    const person = recipient(2);
    await suppress(db, { address: person.email, reason: 'unsubscribed', detail: null, now: new Date() });
    await sync();
    expect(await optedOutHere(person)).toBe(false);
    expect(await round(person)).toMatchObject({ got: 0, state: 'not planned' });
  });
});

describe('an opt-out in HubSpot', () => {
  it.each([
    ['other', false, 8],
    ['new record', true, 10],
  ])(
    'of a contact that is merged away stops our mail to the %s, and changes nothing there',
    async (_, makesNew, n) => {
      const [winner, loser] = [recipient(n), recipient(n + 1)];
      const subscribed = { channel: 'EMAIL', statusState: 'SUBSCRIBED', subscriptionId: NEWSLETTER };
      await preferences(winner, subscribed);
      server.updateContact(loser.id, { hs_email_optout: 'true' });
      await sync();
      const living = { ...winner, ...server.mergeContacts(winner.id, loser.id, { makesNew }) };
      await sync();
      // somebody there decides that the other record's word counts
      server.updateContact(living.id, { hs_email_optout: 'false' });
      await sync();
      expect(await round(living)).toMatchObject({ got: 0 });
      await tell();
      expect((await preferences(living))[0]).toBe('SUBSCRIBED');
      expect(optedOutThere(living)).toBe(false);
    },
  );

  it('between planning and delivery stops the mail', async () => {
    const person = recipient(3);
    const result = await round(person, async () => {
      server.updateContact(person.id, { hs_email_optout: 'true' });
      await sync();
    });
    expect(result).toEqual({ got: 0, state: 'skipped', reason: 'opted_out' });
  });
});
