import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { campaignProgress, getCampaign } from '../../src/ledger/campaigns.ts';
import { spielbein, until } from '../../test/stands/process.ts';
import type { RedisStand } from '../../test/stands/redis-server.ts';
import { auditDelivery, type Check, type Tally, tallyOf } from './accounts.ts';
import { type Crew, hire } from './crew.ts';
import type { Episode } from './episodes.ts';
import { hurry } from './hurry.ts';
import { type Kill, readRows, recordKill } from './kills.ts';
import { NOT_THERE, WRONG_PASSWORD } from './mail-server.ts';
import { FAULT_NAMES, misbehaviour } from './misbehaviour.ts';
import { keepGoing } from './person.ts';
import { CAMPAIGN, type Stage, setStage } from './stage.ts';

export interface LossesResult {
  checks: Check[];
  data: {
    tally: Tally;
    kills: number;
    seconds: number;
    transactions: number;
    misdeeds: Record<string, number>;
    pauses: string[];
    ends: string[];
  };
}

/** Share of the mails by which all kills have happened: enough are left that the last one matters. */
const LAST_KILL_AT = 0.9;

/**
 * Sends a campaign over a mail server that misbehaves in every way, with workers killed at random moments, and
 * whatever else happens in between. Then ledger and server are compared.
 *
 * @param given.everyFault whether there are mails enough for each misbehaviour to occur
 */
export async function runLosses(given: {
  databaseUrl: string;
  redis: RedisStand | null;
  customers: number;
  kills: number;
  workers: number;
  seed: string;
  episodes: (stage: Stage) => Episode[];
  everyFault: boolean;
  limitSeconds: number;
  say: (line: string) => void;
}): Promise<LossesResult> {
  const { say } = given;
  const stage = await setStage(given);
  const { db, mail } = stage;
  mail.behave(misbehaviour(given.seed));
  const started = performance.now();
  const crew = hire(stage, given.workers);
  const first = spielbein(['campaign', 'run', CAMPAIGN], stage.env('first'));
  const time = hurry(stage);
  const person = keepGoing(stage);
  const done = new AbortController();
  try {
    await until(
      'the campaign runs',
      async () => (await getCampaign(db, CAMPAIGN)).state === 'running',
      120_000,
    );
    const planned = (await getCampaign(db, CAMPAIGN)).planned ?? 0;
    const share = () => mail.kept() / planned;
    say(`${planned} mails planned`);
    const killing = killAtRandom(stage, crew, { times: given.kills, share, signal: done.signal });
    const episodes = live(given.episodes(stage), share, done.signal, say);
    await until('some mails are out', () => mail.kept() > 0, 60_000);
    const firstKilledAt = performance.now();
    await first.kill();
    const firstKill = recordKill(db, {
      worker: 'first',
      killedAt: firstKilledAt,
      transactions: mail.transactions,
    });
    const finished = async () => {
      // The database may be away just now.
      const campaign = await getCampaign(db, CAMPAIGN).catch(() => null);
      return campaign?.state === 'finished';
    };
    await until('the campaign is finished', finished, given.limitSeconds * 1000);
    done.abort();
    const kills = [await firstKill, ...(await killing)];
    await episodes;
    const seconds = (performance.now() - started) / 1000;
    await crew.dismiss();
    const rows = await readRows(db);
    const { campaign } = await campaignProgress(db, CAMPAIGN);
    const tally = tallyOf(campaign, rows);
    const { transactions, misdeeds } = mail;
    const never = [...FAULT_NAMES, NOT_THERE, WRONG_PASSWORD].filter((name) => !misdeeds.has(name));
    return {
      checks: [
        ...auditDelivery({ tally, rows, transactions, kills }),
        {
          name: 'kills',
          ok: kills.length >= given.kills,
          says: `${kills.length} of workers that were sending, ${kills.filter((k) => k.unsettled.length > 0).length} of them between DATA and settlement of a mail`,
        },
        {
          name: 'misbehaviour',
          ok: !given.everyFault || never.length === 0,
          says: `${misdeeds.size} kinds, ${[...misdeeds.values()].reduce((a, b) => a + b, 0)} times${never.length > 0 ? `; never: ${never.join(', ')}` : ''}`,
        },
        person.check(),
      ],
      data: {
        tally,
        kills: kills.length,
        seconds,
        transactions: transactions.length,
        misdeeds: Object.fromEntries([...misdeeds].sort()),
        pauses: person.pauses,
        ends: crew.ends,
      },
    };
  } catch (error) {
    for (const line of [...crew.ends, `first: ${first.output()}`]) say(line);
    throw error;
  } finally {
    done.abort();
    await person.stop();
    await time.stop();
    await first.kill();
    await crew.dismiss();
    await stage.close();
  }
}

/** Kills workers that are sending, at random moments, spread over the campaign. */
async function killAtRandom(
  stage: Stage,
  crew: Crew,
  given: { times: number; share: () => number; signal: AbortSignal },
): Promise<Kill[]> {
  const kills: Promise<Kill>[] = [];
  while (kills.length < given.times && !given.signal.aborted) {
    await sleep(randomInt(50, 600));
    const busy = crew.busy();
    const worker = busy[randomInt(0, Math.max(1, busy.length))];
    if (worker === undefined || given.share() < (LAST_KILL_AT * kills.length) / given.times) continue;
    const killedAt = await crew.kill(worker);
    kills.push(recordKill(stage.db, { worker, killedAt, transactions: stage.mail.transactions }));
  }
  return Promise.all(kills);
}

async function live(
  episodes: Episode[],
  share: () => number,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  for (const { name, at, happen } of episodes.sort((a, b) => a.at - b.at)) {
    while (share() < at && !signal.aborted) await sleep(100);
    if (signal.aborted) return;
    say(`${Math.round(share() * 100)} %: ${name}`);
    await happen();
  }
}
