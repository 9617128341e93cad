import { sql } from 'kysely';
import { drawFrom } from '../../src/compose/experimental.ts';
import type { Database } from '../../src/db/connect.ts';
import type { Choice, Odds } from '../../src/domain/composition.ts';
import { seededRandom } from '../../src/learn/model/random.ts';
import { saveModel } from '../../src/learn/models.ts';
import type { Summary } from '../../src/learn/summary.ts';

/** Half a year of weekly mails, until a day. */
const WEEKS = 26;
const DAY = 86_400_000;
/** What a block of a development is answered with. */
const PROVEN_RATE = 0.03;

/** Forms as they are really taken up, and in which week they were born and retired. */
const FORMS: readonly { offerId: string; variantId: string; rate: number; from: number; to: number }[] = [
  { offerId: 'kamera', variantId: 'base', rate: 0.02, from: 0, to: WEEKS },
  { offerId: 'kamera', variantId: 'headline=as-question', rate: 0.06, from: 3, to: WEEKS },
  { offerId: 'kamera', variantId: 'headline=in-figures', rate: 0.01, from: 3, to: 15 },
  { offerId: 'kamera', variantId: 'headline=as-question,call=see-it', rate: 0.1, from: 12, to: WEEKS },
  { offerId: 'kamera', variantId: 'benefit=less-waste', rate: 0.02, from: 15, to: 21 },
  { offerId: 'app', variantId: 'base', rate: 0.03, from: 0, to: WEEKS },
  { offerId: 'app', variantId: 'headline=as-question', rate: 0.035, from: 3, to: WEEKS },
  { offerId: 'miete', variantId: 'base', rate: 0.008, from: 0, to: WEEKS },
];

/** Owned products that the offers' bridges lead from. */
const WAYS: Readonly<Record<string, { offers: readonly string[]; family: string }>> = {
  laser: { offers: ['kamera', 'app'], family: 'Kennzeichnen' },
  waage: { offers: ['kamera'], family: 'Wägen' },
  pumpe: { offers: ['app', 'miete'], family: 'Dosieren' },
};

interface Shown {
  week: number;
  customer: string;
  at: Date;
  choice: Choice;
  chosen: Odds;
  /** Whether each block, the development and the offer, got a yes, and after how many days. */
  answers: { position: number; afterDays: number }[];
}

/**
 * Half a year of an installation that learned: mails with one development and one offer each, their odds and answers,
 * the forms that were bred, what is put forward, and a model of it all. The same for the same seed.
 */
export async function seedLearning(
  db: Database,
  given: { until: Date; mailsAWeek: number; seed: string },
): Promise<{ mails: number; yes: number }> {
  const mails = history(given);
  await insertMails(db, mails);
  await insertForms(db, given.until);
  await saveModel(db, {
    summary: summaryOf(mails),
    seen: { answers: 0, visits: 0, mailEvents: 0 },
    now: new Date(given.until.getTime() - DAY / 4),
  });
  const yes = mails.reduce(
    (sum, { answers }) => sum + answers.filter(({ position }) => position === 1).length,
    0,
  );
  return { mails: mails.length, yes };
}

function history({ until, mailsAWeek, seed }: { until: Date; mailsAWeek: number; seed: string }): Shown[] {
  const random = seededRandom(seed);
  return Array.from({ length: WEEKS * mailsAWeek }, (_, n) => {
    const week = Math.floor(n / mailsAWeek);
    const productKey = ['laser', 'waage', 'pumpe'][n % 3] as string;
    const odds = oddsIn(week, productKey);
    const chosen = drawFrom(odds, random());
    const rate =
      FORMS.find((f) => f.offerId === chosen.offerId && f.variantId === chosen.variantId)?.rate ?? 0;
    const answers = [
      { position: 0, hit: random() < PROVEN_RATE },
      { position: 1, hit: random() < rate },
    ].flatMap(({ position, hit }) => (hit ? [{ position, afterDays: random() * 6 }] : []));
    return {
      week,
      customer: `c${1 + ((n * 7) % (3 * mailsAWeek))}`,
      at: new Date(until.getTime() - (WEEKS - week) * 7 * DAY),
      choice: { position: 1, policy: week < 2 ? 'uniform' : 'thompson', modelId: null, odds },
      chosen,
      answers,
    };
  });
}

/** By lot at first; the longer it learns, the more of the better forms. */
function oddsIn(week: number, productKey: string): Odds[] {
  const forms = FORMS.filter(
    ({ offerId, from, to }) => WAYS[productKey]?.offers.includes(offerId) && from <= week && week < to,
  );
  const weights = forms.map(({ rate }) => Math.exp((week / WEEKS) * 60 * rate));
  const sum = weights.reduce((a, b) => a + b, 0);
  return forms.map(({ offerId, variantId }, k) => ({
    offerId,
    variantId,
    productKey,
    probability: (weights[k] as number) / sum,
  }));
}

async function insertMails(db: Database, mails: readonly Shown[]): Promise<void> {
  const rows = mails.map(({ week, customer, at, choice, chosen, answers }) => ({
    campaign: `woche-${week}`,
    customer,
    at: at.toISOString(),
    composition: { blocks: [], choices: [choice] },
    chosen,
    answers: answers.map(({ position, afterDays }) => ({
      position,
      at: new Date(at.getTime() + afterDays * DAY).toISOString(),
    })),
  }));
  await sql`
    with mail as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as m (campaign text, customer text, at timestamptz, composition jsonb, chosen jsonb, answers jsonb)),
    campaign as (
      insert into campaigns (id, name, kind, state, created_at, finished_at)
      select distinct campaign, campaign, 'adhoc', 'finished', at, at from mail),
    person as (
      insert into customers (id, source, consent) select distinct customer, 'test', 'consent' from mail),
    sent as (
      insert into sends (campaign_id, customer_id, chunk, state, composition, settled_at)
      select campaign, customer, 0, 'sent', composition, at from mail
      returning id, campaign_id, customer_id),
    shown as (
      insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
        probability, shown_at)
      select sent.id, block.position, customer, campaign, block.kind, block.content,
        case block.position when 0 then 'base' else chosen ->> 'variantId' end,
        chosen ->> 'productKey', case block.position when 0 then 1 else (chosen ->> 'probability')::float8 end, at
      from mail join sent on sent.campaign_id = mail.campaign and sent.customer_id = mail.customer
        cross join lateral (values (0, 'proven', 'firmware'), (1, 'experimental', chosen ->> 'offerId'))
          block (position, kind, content))
    insert into answers (send_id, position, customer_id, content_id, answer, answered_at)
    select sent.id, (a ->> 'position')::int, customer,
      case when (a ->> 'position')::int = 0 then 'firmware' else chosen ->> 'offerId' end, 'yes', (a ->> 'at')::timestamptz
    from mail join sent on sent.campaign_id = mail.campaign and sent.customer_id = mail.customer
      cross join lateral jsonb_array_elements(answers) a`.execute(db);
}

async function insertForms(db: Database, until: Date): Promise<void> {
  const day = (week: number) => new Date(until.getTime() - (WEEKS - week) * 7 * DAY);
  await db
    .insertInto('variants')
    .values(
      FORMS.filter(({ offerId }) => offerId !== 'miete').map(({ offerId, variantId, from, to }) => {
        const stopped = variantId === 'benefit=less-waste';
        return {
          offer_id: offerId,
          variant_id: variantId,
          state: to === WEEKS ? ('alive' as const) : stopped ? ('stopped' as const) : ('retired' as const),
          origin: from === 0 ? ('founder' as const) : ('mutation' as const),
          parents: from === 0 ? [] : ['base'],
          born_at: day(from),
          ended_at: to === WEEKS ? null : day(to),
          end_reason: to === WEEKS ? null : stopped ? 'guardrail' : 'outdone',
        };
      }),
    )
    .execute();
}

function summaryOf(mails: readonly Shown[]): Summary {
  const cells = new Map<string, Summary['cells'][number]>();
  for (const { chosen, answers } of mails) {
    const { offerId, variantId, productKey } = chosen;
    const key = `${offerId} ${variantId} ${productKey}`;
    const family = WAYS[productKey]?.family ?? null;
    const cell = cells.get(key) ?? { offerId, variantId, productKey, family, trials: 0, earned: 0 };
    cell.trials += 1;
    cell.earned += answers.some(({ position }) => position === 1) ? 1 : 0;
    cells.set(key, cell);
  }
  return { baseRate: 0.025, delay: [0.4, 0.7, 0.85, 0.95, 1], cells: [...cells.values()], developments: [] };
}

/** One of each that waits for a person. */
export async function seedDecisions(db: Database, now: Date): Promise<void> {
  await db
    .insertInto('pairings')
    .values({
      offer_id: 'kamera',
      product_key: 'pumpe',
      state: 'proposed',
      evidence: JSON.stringify({ reason: 'affinity', owners: 143, also: 58, usual: 0.19, lift: 2.1 }),
      proposed_at: now,
    })
    .execute();
  await db
    .insertInto('proposals')
    .values([
      {
        kind: 'graduate',
        content_id: 'kamera',
        variant_id: 'headline=as-question,call=see-it',
        evidence: JSON.stringify({
          mails: 412,
          rate: 0.094,
          provenRate: 0.031,
          atLeast: 0.021,
          since: new Date(now.getTime() - 80 * DAY),
        }),
        made_at: now,
      },
      {
        kind: 'rewrite',
        content_id: 'schulung',
        evidence: JSON.stringify({ blocks: 640, earned: 4, expected: 19.2 }),
        made_at: now,
      },
      {
        kind: 'stopped',
        content_id: 'kamera',
        variant_id: 'benefit=less-waste',
        evidence: JSON.stringify({
          mine: { mails: 96, complaints: 5 },
          rest: { mails: 1840, complaints: 7 },
        }),
        made_at: now,
      },
    ])
    .execute();
}
