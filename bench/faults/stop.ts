import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { getCampaign } from '../../src/ledger/campaigns.ts';
import { createLinks } from '../../src/links/links.ts';
import { freePort } from '../../test/stands/free-port.ts';
import { type SpielbeinProcess, spielbein, until } from '../../test/stands/process.ts';
import type { RedisStand } from '../../test/stands/redis-server.ts';
import type { Check } from './accounts.ts';
import { hire } from './crew.ts';
import { hurry } from './hurry.ts';
import { readRows } from './kills.ts';
import { type Behaviour, CALM } from './misbehaviour.ts';
import { CAMPAIGN, PUBLIC_URL, SECRET, type Stage, setStage } from './stage.ts';

/** After the command has returned, no conversation may begin later than this, in milliseconds. */
const PAUSE_WITHIN = 2000;
/** How long is looked for one that does. */
const LOOK_FOR = 5000;

/** A server that takes a moment for each mail, so that many are on their way when the pause comes. */
const unhurried: Behaviour = {
  ...CALM,
  recipient: () => ({ name: 'takes a moment', at: 'dot', kind: 'slow', ms: 40 }),
};

export interface StopResult {
  checks: Check[];
  data: { paused: Paused[]; unsubscribed: number; sentBefore: number; skipped: number };
}

/** Pauses a campaign several times under load, and unsubscribes people whose mails have not gone out yet. */
export async function runStop(given: {
  databaseUrl: string;
  redis: RedisStand | null;
  customers: number;
  workers: number;
  pauses: number;
  unsubscribes: number;
  limitSeconds: number;
  say: (line: string) => void;
}): Promise<StopResult> {
  const stage = await setStage(given);
  const { db, mail } = stage;
  mail.behave(unhurried);
  const time = hurry(stage);
  const port = await freePort();
  const web = spielbein(['serve'], { ...stage.env('web'), PORT: String(port) });
  const crew = hire(stage, given.workers);
  const first = spielbein(['campaign', 'run', CAMPAIGN], stage.env('first'));
  try {
    await until('the pages are served', () => web.output().includes('Console'));
    await until('the campaign runs', async () => (await getCampaign(db, CAMPAIGN)).state === 'running');
    await first.stop();
    const planned = (await getCampaign(db, CAMPAIGN)).planned ?? 0;
    const paused: Paused[] = [];
    const stopped: Unsubscribed[] = [];
    for (let round = 0; round < given.pauses; round++) {
      const share = (round + 1) / (given.pauses + 2);
      await until(`${Math.round(share * 100)} % are out`, () => mail.kept() >= share * planned);
      stopped.push(...(await unsubscribeSome(stage, port, given.unsubscribes / given.pauses)));
      const pause = await pauseOnce(stage);
      paused.push(pause);
      given.say(`paused: the last MAIL FROM came ${pause.lastMailFrom.toFixed(0)} ms after the command`);
    }
    await until(
      'the campaign is finished',
      async () => (await getCampaign(db, CAMPAIGN)).state === 'finished',
      given.limitSeconds * 1000,
    );
    const states = new Map((await readRows(db)).map((row) => [row.recipient, row.state]));
    const sentAfter = stopped.filter(({ recipient, at }) =>
      mail.transactions.some((t) => t.recipient === recipient && t.kept && (t.dataAt ?? 0) > at),
    );
    const skipped = stopped.filter(({ recipient }) => states.get(recipient) === 'skipped').length;
    return {
      checks: [
        {
          name: 'pause',
          ok: paused.every(({ lastMailFrom, load }) => lastMailFrom <= PAUSE_WITHIN && load > 0),
          says: `last MAIL FROM ${list(paused.map((p) => p.lastMailFrom))} ms after the command returned, at most ${PAUSE_WITHIN} (${given.workers} workers; ${list(paused.map((p) => p.load))} a second before)`,
        },
        {
          name: 'one-click unsubscribe',
          ok: sentAfter.length === 0 && skipped > 0,
          says: `${sentAfter.length} of ${stopped.length} written to after it (${skipped} skipped, ${stopped.length - skipped} were already out)`,
        },
      ],
      data: {
        paused,
        unsubscribed: stopped.length,
        sentBefore: stopped.length - skipped - sentAfter.length,
        skipped,
      },
    };
  } finally {
    await time.stop();
    await Promise.all([web.kill(), first.kill(), crew.dismiss()]);
    await stage.close();
  }
}

interface Paused {
  /** Milliseconds from the command's end until the last conversation began; negative: before it. */
  lastMailFrom: number;
  /** Conversations that began in the second before the command. */
  load: number;
}

async function pauseOnce({ mail, env }: Stage): Promise<Paused> {
  const asked = performance.now();
  const load = mail.transactions.filter((t) => t.mailAt > asked - 1000).length;
  await succeed(spielbein(['campaign', 'pause', CAMPAIGN], env('person')));
  const returned = performance.now();
  await sleep(LOOK_FOR);
  const last = Math.max(...mail.transactions.map((t) => t.mailAt));
  await succeed(spielbein(['campaign', 'resume', CAMPAIGN], env('person')));
  return { lastMailFrom: last - returned, load };
}

const list = (numbers: number[]) => numbers.map((n) => n.toFixed(0)).join(', ');

async function succeed(command: SpielbeinProcess): Promise<void> {
  const code = await command.ended;
  if (code !== 0) throw new Error(`A command ended with ${code}: ${command.output()}`);
}

interface Unsubscribed {
  recipient: string;
  /** When the page had answered. */
  at: number;
}

/** What a mailbox provider does for its user (RFC 8058), for some whose mail has not gone out. */
async function unsubscribeSome({ db }: Stage, port: number, count: number): Promise<Unsubscribed[]> {
  const links = createLinks({ secret: SECRET, publicUrl: PUBLIC_URL, now: () => new Date() });
  const waiting = await db
    .selectFrom('sends')
    .innerJoin('customers', 'customers.id', 'sends.customer_id')
    .select(['sends.id', 'customers.email_key as recipient'])
    .where('state', 'in', ['planned', 'queued'])
    .orderBy(sql`random()`)
    .limit(Math.ceil(count))
    .execute();
  const done: Unsubscribed[] = [];
  for (const { id, recipient } of waiting) {
    const { pathname } = new URL(links.unsubscribe(id));
    const answer = await fetch(`http://127.0.0.1:${port}${pathname}`, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    });
    if (!answer.ok) throw new Error(`Unsubscribing was answered with ${answer.status}.`);
    done.push({ recipient: recipient ?? '', at: performance.now() });
  }
  return done;
}
