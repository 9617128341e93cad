/**
 * A company with 500 customers and 1,000 nights: hidden tastes that drift, the product's own composition, draws, model
 * and policy. Every second week all customers who may get a mail get one; answers come after an exponential of 2 days.
 */
import { evenDraws } from '../../src/campaign/draws.ts';
import { type ComposeContext, compose } from '../../src/compose/compose.ts';
import { type FittingOffer, type OfferPolicy, uniformPolicy } from '../../src/compose/experimental.ts';
import { nothingLearned } from '../../src/compose/learned.ts';
import { debt, UNIT } from '../../src/compose/ratio.ts';
import type { Candidate } from '../../src/domain/composition.ts';
import { drawPosterior } from '../../src/learn/model/draws.ts';
import { odds } from '../../src/learn/model/odds.ts';
import { candidatesOf, learnedPolicy } from '../../src/learn/model/policy.ts';
import { fitPosterior, type Posterior } from '../../src/learn/model/posterior.ts';
import { seededRandom } from '../../src/learn/model/random.ts';
import { exponentialDelay } from './bandit.ts';
import { customers, tastes } from './company-customers.ts';
import { libraryOn, OFFERS, PRODUCTS, VARIANTS } from './company-library.ts';
import { EXPLORATION, HALF_LIFE_DAYS } from './defaults.ts';
import type { Experiment } from './experiment.ts';
import { Memory } from './memory.ts';
import { spread, table } from './table.ts';

const CUSTOMERS = 500;
const NIGHTS = 1000;
/** Nights from one campaign to the next. */
const ROUND = 14;
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5, 8);
const BASE_RATE = 0.03;

type MakePolicy = (posterior: Posterior, seed: string) => OfferPolicy;

/** Goes by the mean of the posterior; a part of the choices is shared out evenly. */
export const greedy =
  (exploration: number): MakePolicy =>
  (posterior, seed) => {
    const draws = drawPosterior(posterior, { size: 1, sharpness: 1e12, seed });
    return {
      name: 'greedy',
      modelId: null,
      odds: (offers) => odds(draws, candidatesOf(offers), exploration),
    };
  };

export const product: MakePolicy = (posterior, seed) =>
  learnedPolicy({ modelId: 1, posterior, exploration: EXPLORATION, seed });

const policies: Record<string, MakePolicy> = {
  'product (thompson)': product,
  'greedy on the same model, ε 0.05': greedy(0.05),
  'greedy on the same model, ε 0.2': greedy(0.2),
  'all forms by chance': greedy(1),
  'as written, by chance': () => uniformPolicy,
};

export function playCompany(make: MakePolicy, seed: number, size = CUSTOMERS, nights = NIGHTS) {
  const random = seededRandom(`${seed}|answers`);
  const taste = tastes(String(seed));
  const everyone = customers(size, String(seed));
  const memory = new Memory(exponentialDelay(2), HALF_LIFE_DAYS);
  const products = new Map(PRODUCTS.map((product) => [product.key, product]));
  const variants = OFFERS.flatMap(({ id }) => VARIANTS.map((variantId) => ({ offerId: id, variantId })));
  const totals = { blocks: 0, offers: 0, answers: 0, attainable: 0, furthest: 0 };
  /** Customers who had fewer offers left than the ratio asked for. */
  const short = new Set<string>();
  for (let night = 0; night < nights; night += ROUND) {
    const now = new Date(START + night * DAY);
    const policy = watched(make(fitPosterior(memory.cells(night), BASE_RATE, variants), `${seed}|${night}`));
    const context: ComposeContext = {
      campaign: { id: String(night), audience: {} },
      library: libraryOn(now),
      matchProduct: (product) => products.get(product.id),
      learned: { ...nothingLearned, policy, variantsOf: () => [...VARIANTS] },
      randomKey: String(seed),
      now,
    };
    const nextDraw = evenDraws(context.randomKey, context.campaign.id);
    for (const facts of everyone) {
      // as in the product: planned first, and composed again with its draw when it is sent
      const planned = compose(facts, context);
      if (!planned.send) continue;
      policy.asked.length = 0;
      const sent = compose(facts, context, nextDraw(planned.composition));
      if (!sent.send) continue;
      const { blocks, account } = sent.composition;
      const { id } = facts.customer;
      const chosen = blocks.filter(({ kind }) => kind === 'experimental');
      for (const [index, block] of chosen.entries()) {
        const candidate = {
          offerId: block.contentId,
          productKey: block.productKey,
          variantId: block.variantId,
        };
        const rate = taste(id, candidate, night);
        totals.attainable += Math.max(
          ...candidatesOf(policy.asked[index] ?? []).map((other) => taste(id, other, night)),
        );
        totals.answers += rate;
        const [answer, late] = [random(), exponentialDelay(2).draw(random())];
        const yes = answer < rate;
        memory.show({ ...candidate, family: familyOf(candidate) }, night, yes ? late : null);
        if (yes) facts.answers.set(block.contentId, 'yes');
      }
      totals.blocks += blocks.length;
      totals.offers += chosen.length;
      for (const { contentId } of blocks) facts.shown.set(contentId, 1 + (facts.shown.get(contentId) ?? 0));
      facts.account = account.after;
      facts.recentMails = [...facts.recentMails.slice(-20), now];
      if (chosen.length < sent.composition.experimentsDue) short.add(id);
      if (!short.has(id)) totals.furthest = Math.max(totals.furthest, Math.abs(debt(account.after)) / UNIT);
    }
  }
  return totals;
}

/** Remembers which offers it was asked about. */
function watched(policy: OfferPolicy): OfferPolicy & { asked: FittingOffer[][] } {
  const asked: FittingOffer[][] = [];
  return {
    ...policy,
    asked,
    odds(offers) {
      asked.push(offers);
      return policy.odds(offers);
    },
  };
}

const familyOf = ({ productKey }: Candidate) =>
  PRODUCTS.find(({ key }) => key === productKey)?.family ?? null;

export const company: Experiment = {
  name: 'company',
  about: `Policies in a company: ${CUSTOMERS} customers with hidden tastes that drift, ${NIGHTS} nights, real compositions`,
  seeds: 4,
  cases: Object.fromEntries(
    Object.entries(policies).map(([name, make]) => [name, (seed: number) => playCompany(make, seed)]),
  ),
  report: (runs) =>
    table(
      [
        '',
        'answers per 100 offers',
        '± 95 %',
        'of the best possible',
        'offers',
        'of all blocks',
        'furthest from the ratio',
      ],
      Object.entries(runs).map(([name, of]) => {
        const sum = (figure: string) => of.reduce((total, run) => total + (run[figure] as number), 0);
        const rate = spread(of.map((run) => (100 * (run.answers as number)) / (run.offers as number)));
        return [
          name,
          rate.mean.toFixed(2),
          rate.margin.toFixed(2),
          `${((100 * sum('answers')) / sum('attainable')).toFixed(1)} %`,
          (sum('offers') / of.length).toFixed(0),
          `${((100 * sum('offers')) / sum('blocks')).toFixed(1)} %`,
          `${Math.max(...of.map((run) => run.furthest as number)).toFixed(2)} blocks`,
        ];
      }),
    ),
};
