import { getCampaign } from '../../src/ledger/campaigns.ts';
import { campaignProgress } from '../../src/ledger/progress.ts';
import { until } from '../../test/stands/process.ts';
import type { RedisStand } from '../../test/stands/redis-server.ts';
import { auditDelivery, type Check, type Tally, tallyOf } from './accounts.ts';
import { WRONG_PASSWORD } from './conversation.ts';
import { hire } from './crew.ts';
import { type Episode, liveThrough } from './episodes.ts';
import { hurry } from './hurry.ts';
import { type Kill, killAtRandom, readRows } from './kills.ts';
import { NOT_THERE } from './mail-server.ts';
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

/** How often the share of mails that are out is said, in milliseconds. */
const REPORT_EVERY = 20_000;
/** A worker may give up while its database is away; more ends than this are something else. */
const MANY_ENDS = 50;

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
  crew.take('first', ['campaign', 'run', CAMPAIGN]);
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
    const reporting = setInterval(() => say(`${Math.floor(share() * 100)} % out`), REPORT_EVERY);
    done.signal.addEventListener('abort', () => clearInterval(reporting));
    const killing = killAtRandom(stage, crew, { times: given.kills, share, signal: done.signal });
    const episodes = liveThrough(given.episodes(stage), { share, signal: done.signal, say });
    const finished = async () => {
      if (crew.ends.length > MANY_ENDS) throw new Error(`Workers keep ending: ${crew.ends.at(-1)}`);
      // The database may be away just now.
      const campaign = await getCampaign(db, CAMPAIGN).catch(() => null);
      return campaign?.state === 'finished';
    };
    const sending = until('the campaign is finished', finished, given.limitSeconds * 1000).then(() =>
      done.abort(),
    );
    const [kills] = await Promise.all([killing, episodes, sending]);
    const seconds = (performance.now() - started) / 1000;
    await crew.dismiss();
    const { campaign } = await campaignProgress(db, CAMPAIGN);
    const rows = await readRows(db);
    const tally = tallyOf(campaign, rows);
    const { transactions, misdeeds } = mail;
    return {
      checks: [
        ...auditDelivery({ tally, rows, transactions, kills }),
        checkKills(kills, given.kills),
        checkMisdeeds(misdeeds, given.everyFault),
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
    for (const line of crew.ends) say(line);
    throw error;
  } finally {
    done.abort();
    await person.stop();
    await time.stop();
    await crew.dismiss();
    await stage.close();
  }
}

function checkKills(kills: readonly Kill[], wanted: number): Check {
  const inBetween = kills.filter((kill) => kill.unsettled.length > 0).length;
  return {
    name: 'kills',
    ok: kills.length >= wanted,
    says: `${kills.length} of processes that were sending, ${inBetween} of them between DATA and settlement of a mail`,
  };
}

function checkMisdeeds(misdeeds: ReadonlyMap<string, number>, everyFault: boolean): Check {
  const never = [...FAULT_NAMES, NOT_THERE, WRONG_PASSWORD].filter((name) => !misdeeds.has(name));
  const times = [...misdeeds.values()].reduce((sum, n) => sum + n, 0);
  return {
    name: 'misbehaviour',
    ok: !everyFault || never.length === 0,
    says: `${misdeeds.size} kinds, ${times} times${never.length > 0 ? `; never: ${never.join(', ')}` : ''}`,
  };
}
