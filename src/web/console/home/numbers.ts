import { sql } from 'kysely';
import { UNIT } from '../../../compose/ratio.ts';
import type { Database } from '../../../db/connect.ts';

/** Days that are compared: so many, and as many before them. */
export const SPAN_DAYS = 30;
/** Weeks of the small pictures. */
export const WEEKS = 12;
/** Days in which a form's fate is news. */
export const FATE_DAYS = 28;

/** Mails that have gone out, and those of them that somebody answered. */
export interface Answered {
  mails: number;
  answered: number;
}

/** How long it takes, in seconds. */
export interface Delay {
  count: number;
  median: number;
  /** 95 of 100 are quicker. */
  late: number;
}

/** The numbers of the four ideas: counted over all customers, so that they are kept for a while. */
export interface Numbers {
  at: Date;
  customers: number;
  answers: { now: Answered; before: Answered; weeks: Answered[] };
  agility: {
    /** From an event of the CRM to the facts that the next decision reads; the last thirty days. */
    crm: Delay | null;
    /** From an answer to the model that has learned from it; the last seven days. */
    learned: Delay | null;
  };
  evolution: {
    alive: number;
    born: number;
    over: number;
    promoted: number;
    /** The oldest week first. */
    weeks: { born: number; over: number }[];
  };
  /** Blocks of offers, over all customers. `off`: the account that is furthest from what was set, in blocks. */
  ratio: { wanted: number; given: number; off: number; accounts: number; beyond: number };
}

/** Counts one thing after the other, so that mails and pages come first. */
export async function countNumbers(db: Database, now: Date): Promise<Numbers> {
  const answers = await countAnswers(db, now);
  const agility = { crm: await crmDelay(db, now), learned: await learnDelay(db, now) };
  const { rows: sums } = await sql<Numbers['ratio']>`
    select coalesce(sum(wanted - forgiven), 0)::float8 / ${UNIT} as wanted, coalesce(sum(given), 0)::float8 as given,
      coalesce(max(abs(wanted - forgiven - given * ${UNIT}::bigint)), 0)::float8 / ${UNIT} as off,
      count(*)::int as accounts,
      (count(*) filter (where abs(wanted - forgiven - given * ${UNIT}::bigint) >= ${UNIT}))::int as beyond
    from ratio_accounts`.execute(db);
  const { rows: people } = await sql<{ customers: number }>`
    select count(*)::int as customers from customers where archived_at is null`.execute(db);
  return {
    at: now,
    customers: people[0]?.customers ?? 0,
    answers,
    agility,
    evolution: await countFates(db, now),
    ratio: sums[0] ?? { wanted: 0, given: 0, off: 0, accounts: 0, beyond: 0 },
  };
}

async function countAnswers(db: Database, now: Date): Promise<Numbers['answers']> {
  const days = Math.max(2 * SPAN_DAYS, 7 * WEEKS);
  const { rows } = await sql<Answered & { age: number }>`
    with answered as (
      select distinct send_id from heard_answers where answered_at > ${now}::timestamptz - make_interval(days => ${days}))
    select floor(extract(epoch from ${now}::timestamptz - s.settled_at) / 86400)::int as age,
      count(*)::int as mails, count(a.send_id)::int as answered
    from sends s left join answered a on a.send_id = s.id
    where s.state = 'sent' and s.settled_at > ${now}::timestamptz - make_interval(days => ${days}) and s.settled_at <= ${now}
    group by 1`.execute(db);
  const sum = (from: number, to: number): Answered => {
    const within = rows.filter(({ age }) => from <= age && age < to);
    return {
      mails: within.reduce((all, { mails }) => all + mails, 0),
      answered: within.reduce((all, { answered }) => all + answered, 0),
    };
  };
  return {
    now: sum(0, SPAN_DAYS),
    before: sum(SPAN_DAYS, 2 * SPAN_DAYS),
    weeks: Array.from({ length: WEEKS }, (_, k) => sum(7 * (WEEKS - 1 - k), 7 * (WEEKS - k))),
  };
}

async function crmDelay(db: Database, now: Date): Promise<Delay | null> {
  const { rows } = await sql<Delay>`
    select count(*)::int as count,
      percentile_cont(0.5) within group (order by seconds)::float8 as median,
      percentile_cont(0.95) within group (order by seconds)::float8 as late
    from (select extract(epoch from handled_at - received_at) as seconds from crm_events
      where handled_at > ${now}::timestamptz - interval '30 days') delays`.execute(db);
  return rows[0]?.count ? rows[0] : null;
}

async function learnDelay(db: Database, now: Date): Promise<Delay | null> {
  // Of the last seven days all models are kept; before that, one a day.
  const { rows } = await sql<Delay>`
    select count(*)::int as count,
      percentile_cont(0.5) within group (order by seconds)::float8 as median,
      percentile_cont(0.95) within group (order by seconds)::float8 as late
    from (select extract(epoch from min(m.made_at) - a.answered_at) as seconds
      from heard_answers a join models m on m.made_at >= a.answered_at and m.made_at > ${now}::timestamptz - interval '7 days'
      where a.answered_at > ${now}::timestamptz - interval '7 days'
      group by a.id, a.answered_at) delays`.execute(db);
  return rows[0]?.count ? rows[0] : null;
}

async function countFates(db: Database, now: Date): Promise<Numbers['evolution']> {
  const { rows: fates } = await sql<{ bornAge: number; overAge: number | null; founder: boolean }>`
    select (extract(epoch from ${now}::timestamptz - born_at) / 86400)::float8 as "bornAge",
      (extract(epoch from ${now}::timestamptz - ended_at) / 86400)::float8 as "overAge", origin = 'founder' as founder
    from variants`.execute(db);
  const { rows: promoted } = await sql<{ count: number }>`
    select count(*)::int as count from proposals where kind = 'graduate' and decision = 'yes'
      and decided_at > ${now}::timestamptz - make_interval(days => ${FATE_DAYS})`.execute(db);
  const born = (from: number, to: number) =>
    fates.filter(({ bornAge, founder }) => !founder && from <= bornAge && bornAge < to).length;
  const over = (from: number, to: number) =>
    fates.filter(({ overAge }) => overAge !== null && from <= overAge && overAge < to).length;
  return {
    alive: fates.filter(({ overAge }) => overAge === null).length,
    born: born(0, FATE_DAYS),
    over: over(0, FATE_DAYS),
    promoted: promoted[0]?.count ?? 0,
    weeks: Array.from({ length: WEEKS }, (_, k) => {
      const [from, to] = [7 * (WEEKS - 1 - k), 7 * (WEEKS - k)];
      return { born: born(from, to), over: over(from, to) };
    }),
  };
}
