import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { queueWriting } from '../../jobs/write-crm.ts';
import type { Answer } from '../../src/domain/conversation.ts';
import { recordAnswer } from '../../src/feedback/answer.ts';
import { recordStatement } from '../../src/feedback/statements.ts';
import { openQueues } from '../../src/queue/queue.ts';
import { knowledge, sendMails, written } from '../feedback/crm/entries-stand.ts';
import { testDatabase } from '../stands/database.ts';
import { syncDemo } from '../stands/demo.ts';
import { type SpielbeinProcess, spielbein, until } from '../stands/process.ts';

const CUSTOMERS = 60;
const TEST_TIME = 240_000;
/** How long each request takes in the CRM, which goes on with it when the process that asked is gone. */
const LATENCY = 250;

const home = mkdtempSync(join(tmpdir(), 'spielbein-write-back-'));
const { db, url: databaseUrl } = await testDatabase();
const { server } = await syncDemo(db, CUSTOMERS);
const queues = openQueues({ databaseUrl });
const running = new Set<SpielbeinProcess>();
afterAll(async () => {
  await Promise.all([...running].map((worker) => worker.kill()));
  await queues.close();
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

function startWorker(): SpielbeinProcess {
  const worker = spielbein(['worker'], {
    SPIELBEIN_HOME: home,
    DATABASE_URL: databaseUrl,
    HUBSPOT_ACCESS_TOKEN: 'test',
    HUBSPOT_BASE_URL: server.url,
    PUBLIC_URL: 'https://news.orvelin.test',
  });
  running.add(worker);
  return worker;
}

/** How often something was asked to be made so far. */
const creations = () => server.requests.get('POST /crm/v3/objects/:type/batch/create') ?? 0;

const openEntries = async () => {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from crm_entries where settled_at is null`.execute(db);
  return rows[0]?.n ?? 0;
};

/** The minutes go by in which people correct themselves, and after which what is in doubt is looked for. */
async function timePasses(): Promise<void> {
  // whatever the CRM is still doing is done by then
  await sleep(LATENCY * 3);
  await sql`
    update crm_entries set due_at = now() - interval '1 second', asked_at = asked_at - interval '5 minutes'
    where settled_at is null`.execute(db);
  await sql`delete from installation where key like 'crm_writing%'`.execute(db);
  await queueWriting({ db, queues, now: () => new Date() });
}

/** Kills a worker while it waits for the CRM's answer to a new note or task. */
async function killWhileWriting(): Promise<void> {
  const worker = startWorker();
  await timePasses();
  const before = creations();
  await until('the CRM is asked to make something', () => creations() > before, 60_000);
  await worker.kill();
  running.delete(worker);
}

it('429, 500, timeouts, half answers and kill -9 neither double nor lose an entry', {
  timeout: TEST_TIME,
}, async () => {
  const { rows: customers } = await sql<{ id: string }>`
    select id from customers where archived_at is null order by id limit ${CUSTOMERS}`.execute(db);
  const ids = customers.map(({ id }) => id);
  const now = new Date();
  const sends = await sendMails(db, ids, now);
  const given = new Map<string, Answer>();
  for (const [n, id] of ids.entries()) {
    const answer = (['yes', 'call', 'no'] as const)[n % 3] as Answer;
    given.set(id, answer);
    const sendId = sends.get(id) as number;
    await recordAnswer(db, { sendId, position: 0, answer, now });
    if (n % 4 !== 0) continue;
    await recordStatement(
      db,
      {
        saidBy: 'customer',
        about: { sendId, position: 0, contentId: 'lx300-firmware-4-2' },
        question: { id: 'what', question: 'Was genau wollen Sie?', choices: [] } as never,
        choice: null,
        words: `Bitte an ${id} denken.`,
      },
      { now, timeZone: 'Europe/Berlin', matchProduct: knowledge.matchProduct },
    );
  }

  server.faults.latencyMs = LATENCY;
  await killWhileWriting();
  // property missing on first use, limits, faults before and after the work is done, half an answer
  server.faults.failNext(1, 429, /batch\/create/);
  server.faults.failNext(1, 500, /batch\/create/);
  server.faults.failNext(1, 'reset-after-work', /tasks\/batch\/create/);
  server.faults.failNext(1, '502-after-work', /notes\/batch\/create/);
  server.faults.failNext(1, 429, /contacts\/batch\/update/);
  server.faults.failNext(1, 'reset-after-work', /contacts\/batch\/update/);
  server.faults.brokenInputs = 2;
  server.faults.unsaidInputs = 2;
  await killWhileWriting();
  const last = startWorker();
  await until(
    'everything is written',
    async () => {
      await timePasses();
      return (await openEntries()) === 0;
    },
    150_000,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${last.output()}`);
  });

  const { rows: outcomes } = await sql<{ kind: string; outcome: string; n: number }>`
    select kind, outcome, count(*) as n from crm_entries group by 1, 2 order by 1, 2`.execute(db);
  const calls = [...given.values()].filter((answer) => answer === 'call').length;
  expect(outcomes.filter(({ outcome }) => outcome !== 'written' && outcome !== 'nothing')).toEqual([]);
  const notes = written(server, 'notes', 'hs_note_body');
  const tasks = written(server, 'tasks', 'hs_task_body');
  expect([notes.length, tasks.length]).toEqual([ids.length, calls]);
  expect(new Set([...notes, ...tasks].map(({ mark }) => mark)).size).toBe(ids.length + calls);
  expect(notes.map(({ contacts }) => contacts[0]).sort()).toEqual([...ids].sort());
  for (const { contacts, body } of notes) {
    const id = contacts[0] as string;
    const words = { yes: 'Ja, bitte', call: 'Rufen Sie mich an', no: 'Nicht für mich', later: '' }[
      given.get(id) as Answer
    ];
    expect(body).toContain(`<strong>${words}</strong>`);
    expect(body.includes(`Bitte an ${id} denken.`)).toBe(ids.indexOf(id) % 4 === 0);
    const profile = server.store.read('contacts', Number(id))?.properties;
    expect(profile?.spielbein_last_answer).toContain(words);
  }
});
