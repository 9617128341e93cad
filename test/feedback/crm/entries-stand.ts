import { join } from 'node:path';
import { sql } from 'kysely';
import { runWriteCrmJob, writeToCrm } from '../../../jobs/write-crm.ts';
import type { Database } from '../../../src/db/connect.ts';
import type { DemoCrm } from '../../../src/demo/crm-server/server.ts';
import type { Answer } from '../../../src/domain/conversation.ts';
import { recordAnswer } from '../../../src/feedback/answer.ts';
import { recordStatement } from '../../../src/feedback/statements.ts';
import { createCampaign } from '../../../src/ledger/campaigns.ts';
import { HUBSPOT_DEFAULTS, type HubSpotSettings } from '../../../src/library/schema.ts';
import type { Alert } from '../../../src/observe/alert.ts';
import { type Knowledge, loadKnowledge } from '../../../src/render/load-content.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import type { CrmAdapter } from '../../../src/sync/port.ts';
import { manualClock } from '../../stands/clock.ts';
import { syncDemo } from '../../stands/demo.ts';

export const MINUTE = 60_000;
export const PUBLIC_URL = 'https://news.orvelin.example';
export const knowledge: Knowledge = await loadKnowledge(
  join(import.meta.dirname, '../../../templates/library'),
);

/** The blocks of every mail: a development, and an offer. */
const BLOCKS = [
  { kind: 'proven', contentId: 'lx300-firmware-4-2', productKey: 'laserdrucker-lx300' },
  { kind: 'experimental', contentId: 'kalibrier-abo', productKey: 'tischwaage-tw6' },
].map((block) => ({ ...block, variantId: 'base', probability: 1, reason: 'unseen_development' }));

/** A mail to each of these customers, sent at `now`, with the two blocks. @returns ids of sends, by customer */
export async function sendMails(
  db: Database,
  customers: readonly string[],
  now: Date,
  campaign = 'herbst',
): Promise<Map<string, number>> {
  await createCampaign(db, { id: campaign, name: campaign, kind: 'adhoc', now });
  const { rows } = await sql<{ id: number; customer_id: string }>`
    insert into sends (campaign_id, customer_id, chunk, state, subject, composition, sending_at, settled_at)
    select ${campaign}, id, 0, 'sent', 'Neues zu Ihrem <Laser> & mehr',
      ${JSON.stringify({ blocks: BLOCKS, left: [], language: 'de' })}::jsonb, ${now}, ${now}
    from unnest(${[...customers]}::text[]) id
    returning id, customer_id`.execute(db);
  for (const [position, block] of BLOCKS.entries()) {
    await sql`
      insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id,
        product_key, probability, shown_at)
      select id, ${position}, customer_id, campaign_id, ${block.kind}, ${block.contentId}, 'base',
        ${block.productKey}, 1, ${now}
      from sends where campaign_id = ${campaign}`.execute(db);
  }
  return new Map(rows.map(({ id, customer_id: customer }) => [customer, id]));
}

/**
 * The demo CRM, synced, with a mail to each of its customers; and the job that writes to it, on a clock of its own.
 * @param given.timeoutMs for one call: a busy machine must not be taken for a CRM that says nothing
 */
export async function entriesStand(
  db: Database,
  customers: number,
  { timeoutMs = 3000 }: { timeoutMs?: number } = {},
) {
  const { server } = await syncDemo(db, customers);
  const clock = manualClock('2026-11-20T08:00:00Z');
  const { rows } = await sql<{ id: string }>`
    select id from customers where archived_at is null order by id`.execute(db);
  const ids = rows.map(({ id }) => id);
  const sends = await sendMails(db, ids, clock.now());
  const alerts: Alert[] = [];
  const log: string[] = [];
  const settings: { writeBack: HubSpotSettings['writeBack'] } = { writeBack: HUBSPOT_DEFAULTS.writeBack };
  const hubspot = hubspotCrm({
    accessToken: 'test',
    baseUrl: server.url,
    patience: 0.001,
    timeoutMs,
    settings: async () => ({ ...HUBSPOT_DEFAULTS, ...settings }),
  });
  const stand = {
    db,
    server,
    clock,
    ids,
    alerts,
    log,
    settings,
    crm: hubspot as CrmAdapter,
    signal: new AbortController().signal,
    customer(n: number): string {
      const id = ids[n];
      if (id === undefined) throw new Error(`There are ${ids.length} customers only.`);
      return id;
    },
    send: (n: number): number => sends.get(stand.customer(n)) as number,
    answer: (n: number, answer: Answer, position = 0) =>
      recordAnswer(db, { sendId: stand.send(n), position, answer, now: clock.now() }),
    say: (n: number, words: string, given: { choice?: string; bySalesperson?: boolean } = {}) =>
      recordStatement(
        db,
        {
          saidBy: given.bySalesperson ? 'salesperson' : 'customer',
          about: given.bySalesperson
            ? { customerId: stand.customer(n) }
            : { sendId: stand.send(n), position: 0, contentId: 'lx300-firmware-4-2' },
          question: { id: 'what', question: 'Was genau wollen Sie?', choices: [] } as never,
          choice: given.choice === undefined ? null : ({ code: 'c', words: given.choice } as never),
          words,
        },
        { now: clock.now(), timeZone: 'Europe/Berlin', matchProduct: knowledge.matchProduct },
      ),
    /** One go of the job. */
    go: () =>
      runWriteCrmJob(
        {
          db,
          queues: undefined as never,
          content: { library: async () => knowledge } as never,
          crm: async () => stand.crm,
          randomKey: 'key of this installation',
          publicUrl: PUBLIC_URL,
          now: clock.now,
          log: (line) => void log.push(line),
          alert: async (alert) => void alerts.push(alert),
          signal: stand.signal,
        },
        { id: '1', name: writeToCrm.name, data: {} } as never,
      ),
    /** After the time in which people correct themselves. */
    async later(): Promise<void> {
      clock.advance(MINUTE + 1);
      await stand.go();
    },
    /** Until nothing is left to write. @throws when that takes more than a month */
    async settle(): Promise<void> {
      for (let tries = 0; await stand.open(); tries++) {
        if (tries > 300) throw new Error('There are entries that don’t come to an end.');
        clock.advance(tries < 100 ? MINUTE + 1 : 4 * 60 * MINUTE);
        await stand.go();
      }
    },
    async open(): Promise<number> {
      const { rows: open } = await sql<{ n: number }>`
        select count(*) as n from crm_entries where settled_at is null`.execute(db);
      return open[0]?.n ?? 0;
    },
    /** How many entries of each kind ended in each way. */
    async outcomes(): Promise<Record<string, number>> {
      const { rows: counted } = await sql<{ what: string; n: number }>`
        select kind || ' ' || coalesce(outcome, 'open') as what, count(*) as n
        from crm_entries group by 1 order by 1`.execute(db);
      return Object.fromEntries(counted.map(({ what, n }) => [what, n]));
    },
    notes: (n?: number) =>
      written(server, 'notes', 'hs_note_body', n === undefined ? null : stand.customer(n)),
    tasks: (n?: number) =>
      written(server, 'tasks', 'hs_task_body', n === undefined ? null : stand.customer(n)),
    profile: (n: number) => profileOf(server, stand.customer(n)),
    /** Forgets what was said and written, here and there. */
    async clear(): Promise<void> {
      server.faults.clear();
      alerts.length = log.length = 0;
      settings.writeBack = HUBSPOT_DEFAULTS.writeBack;
      stand.crm = hubspot;
      await sql`truncate answers, statements, crm_entries, preferences, product_use, visits`.execute(db);
      await sql`delete from installation where key like 'crm_writing%'`.execute(db);
      for (const type of ['notes', 'tasks'] as const) {
        for (const id of server.store.changedIds(type)) server.store.archive(type, id);
      }
    },
  };
  return stand;
}

export interface WrittenEntry {
  id: number;
  contacts: string[];
  /** All of them, by name. */
  properties: Record<string, string | null>;
  body: string;
  /** e.g. "Spielbein 17-0f3a9c2e" */
  mark: string;
}

/** What stands in the CRM, the oldest first; of one contact or of all. */
export function written(
  server: DemoCrm,
  type: 'notes' | 'tasks',
  text: string,
  contact: string | null = null,
): WrittenEntry[] {
  const { store } = server;
  return store
    .changedIds(type)
    .flatMap((id) => store.read(type, id) ?? [])
    .filter(({ archivedAt }) => archivedAt === null)
    .map(({ id, properties }) => {
      const body = properties[text] ?? '';
      const mark = /Spielbein \d+-[0-9a-f]{8}/.exec(body)?.[0] ?? '';
      return { id, properties, body, mark, contacts: store.edges.of(type, id, 'contacts').map(String) };
    })
    .filter(({ contacts }) => contact === null || contacts.includes(contact));
}

function profileOf({ store }: DemoCrm, contact: string): Record<string, string> {
  const properties = store.read('contacts', Number(contact))?.properties ?? {};
  return Object.fromEntries(
    Object.entries(properties).filter(
      (entry): entry is [string, string] => entry[0].startsWith('spielbein_') && entry[1] !== null,
    ),
  );
}
