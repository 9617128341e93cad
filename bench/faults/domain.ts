import { getCampaign, moveCampaign } from '../../src/ledger/campaigns.ts';
import { until } from '../../test/stands/process.ts';
import type { RedisStand } from '../../test/stands/redis-server.ts';
import type { Check } from './accounts.ts';
import { hire } from './crew.ts';
import { type Behaviour, CALM, type Fault } from './misbehaviour.ts';
import { CAMPAIGN, setStage } from './stage.ts';

/** The others may take this much longer because of one domain that wants nothing. */
const SLOWER_AT_MOST = 1.1;

const BUSY = 'busy.test';
const BUSY_REPLY: Fault<'rcpt'> = {
  name: '421 for one domain',
  at: 'rcpt',
  kind: 'refuse',
  reply: '421 4.7.0 Too many mails from you, slow down',
};
const oneBusyDomain: Behaviour = {
  ...CALM,
  recipient: (address) => (address.endsWith(`@${BUSY}`) ? BUSY_REPLY : null),
};

export interface DomainResult {
  checks: Check[];
  data: { alone: number[]; beside: number[]; ratio: number; refusals: number[] };
}

/**
 * How long mails to well-behaved domains take alone, and beside as many as you like to a domain that always says
 * 421. Pairs of runs, each beginning with the other kind, so that whatever slows the machine down hits both.
 */
export async function runDomain(given: {
  database: (name: string) => Promise<string>;
  redis: RedisStand;
  others: number;
  busy: number;
  pairs: number;
  say: (line: string) => void;
}): Promise<DomainResult> {
  const seconds = { alone: [] as number[], beside: [] as number[] };
  const refusals: number[] = [];
  for (let pair = 0; pair < given.pairs; pair++) {
    const order = pair % 2 === 0 ? (['alone', 'beside'] as const) : (['beside', 'alone'] as const);
    for (const kind of order) {
      await given.redis.flush();
      const run = await deliverOthers({
        ...given,
        databaseUrl: await given.database(`domain_${pair}_${kind}`),
        busy: kind === 'beside' ? given.busy : 0,
      });
      seconds[kind].push(run.seconds);
      if (kind === 'beside') refusals.push(run.refusals);
      given.say(`${given.others} others ${kind}: ${run.seconds.toFixed(1)} s (${run.refusals} times 421)`);
    }
  }
  const ratio = median(seconds.beside.map((s, i) => s / (seconds.alone[i] ?? s)));
  return {
    checks: [
      {
        name: 'others not slowed',
        ok: ratio <= SLOWER_AT_MOST,
        says: `${ratio.toFixed(2)} × the time beside ${given.busy} to a domain that always says 421 (at most ${SLOWER_AT_MOST}; median of ${given.pairs} pairs)`,
      },
    ],
    data: { ...seconds, ratio, refusals },
  };
}

/** Two workers deliver one campaign. @returns from the first MAIL FROM until the last of the others is there */
async function deliverOthers(given: {
  databaseUrl: string;
  redis: RedisStand;
  others: number;
  busy: number;
  say: (line: string) => void;
}): Promise<{ seconds: number; refusals: number }> {
  const { others, busy } = given;
  const customers = others + busy;
  // Spread evenly among the others: customer n goes to the busy domain where n × busy / customers passes a whole number.
  const domainOf = `case when n * ${busy}::bigint / ${customers} > (n - 1) * ${busy}::bigint / ${customers}
    then '${BUSY}' else 'd' || n % 997 || '.test' end`;
  const stage = await setStage({ ...given, customers, domainOf });
  const { db, mail } = stage;
  mail.behave(oneBusyDomain);
  const crew = hire(stage, 2);
  try {
    // As somebody leaves it who ended while planning: the workers go on. `campaign run` would be a third one that also
    // follows the campaign, and what that costs grows with the campaign.
    await moveCampaign(db, CAMPAIGN, 'planning', { now: new Date() });
    await until(
      'the campaign runs',
      async () => (await getCampaign(db, CAMPAIGN)).state === 'running',
      180_000,
    );
    const { wanted } = await db
      .selectFrom('sends')
      .innerJoin('customers', 'customers.id', 'sends.customer_id')
      .select(({ fn }) => fn.countAll<number>().as('wanted'))
      .where('customers.email_key', 'not like', `%@${BUSY}`)
      .executeTakeFirstOrThrow();
    await until('all others are out', () => mail.kept() >= wanted, 300_000);
    const first = mail.transactions[0]?.mailAt ?? 0;
    const last = Math.max(...mail.transactions.map((t) => (t.kept ? (t.endedAt ?? 0) : 0)));
    return { seconds: (last - first) / 1000, refusals: mail.misdeeds.get(BUSY_REPLY.name) ?? 0 };
  } catch (error) {
    for (const line of crew.ends) given.say(line);
    throw error;
  } finally {
    await crew.dismiss();
    await stage.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
