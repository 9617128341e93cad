import type { Block, Choice, Composition, Decision, LeftOut, LeftReason } from '../domain/composition.ts';
import type { CampaignAudience } from '../domain/send.ts';
import type { Library, ProductMatcher } from '../library/library.ts';
import { dayOf } from './day.ts';
import { inHoldout, whyNotNow, whyNotWrite } from './eligibility.ts';
import { drawFrom, type FittingOffer, fittingOffers, wantsOffers } from './experimental.ts';
import type { CustomerFacts } from './facts.ts';
import type { Learned } from './learned.ts';
import { inAudience, type OwnedKey, provenCandidates } from './proven.ts';
import { seededUniform } from './random.ts';
import { blocksInMail, debt, experimentsDue, ratioFor, ratioUnits, settleAccount, UNIT } from './ratio.ts';

/** What a decision rests on besides the customer: the same for everyone in one campaign. */
export interface ComposeContext {
  campaign: { id: string; audience: CampaignAudience };
  library: Library;
  matchProduct: ProductMatcher;
  learned: Learned;
  /** Key of this installation's seeded randomness. */
  randomKey: string;
  now: Date;
  /** Test mails and previews ignore holdout and frequency caps; law and objections always hold. */
  test?: boolean;
}

/**
 * Decides what one customer gets in one campaign, or why nothing. Pure: the same facts, library and seed
 * give the same decision.
 *
 * 1. May we write at all, is the campaign for this customer, and may it be now? (`eligibility.ts`) For customers in the
 *    holdout all is decided as for others, and then left out: so it is known whom and what to compare.
 * 2. Standbein: which unseen developments of owned products are there? None: no mail. (`proven.ts`)
 * 3. Spielbein: how many blocks are to be experimental? (`ratio.ts`) Which offers? (`experimental.ts`)
 *    Which form of them, drawn from which probabilities? (`learned.ts`)
 * 4. An experiment takes the place of the lowest-ranked development, which comes first another time.
 *
 * @param draw where in the odds of its first offer this mail draws, in [0, 1); null: from the seed
 */
export function compose(known: CustomerFacts, context: ComposeContext, draw: number | null = null): Decision {
  const { customer } = known;
  const { library, campaign } = context;
  const { rules, nightly } = library.settings;
  const { timeZone } = nightly;
  const held = !context.test && inHoldout(customer.id, rules.holdout, context.randomKey);
  const facts = held ? asIfWritten(known) : known;
  const barred = whyNotWrite(facts);
  if (barred) return { send: false, reason: barred, left: [] };

  const owned = ownedKeys(facts, context.matchProduct);
  if (!owned.some((o) => inAudience(campaign.audience, o))) {
    return { send: false, reason: 'not_in_segment', left: [] };
  }
  const notNow = context.test ? null : whyNotNow(facts, { ...context, rules, timeZone });
  if (notNow) return { send: false, reason: notNow, left: [] };
  const today = dayOf(context.now, timeZone);
  const { shown, answers, notBefore, preferences } = facts;
  const common = { owned, shown, answers, notBefore, preferences, language: customer.language, today };
  const proven = provenCandidates({
    ...common,
    developments: library.developments.values(),
    audience: campaign.audience,
    appeal: context.learned.appeal,
  });
  const offers = fittingOffers({
    ...common,
    offers: library.offers.values(),
    variantsOf: (offer) => context.learned.variantsOf(offer, customer.language),
    pairings: context.learned.pairings,
    consent: customer.consent,
    maxShown: rules.offerMaxShown,
  });
  const left = [...proven.left, ...offers.left];
  if (proven.candidates.length === 0) return { send: false, reason: 'nothing_new', left };

  const seed = `${customer.id}|${campaign.id}`;
  const ratio = wantsOffers(preferences)
    ? ratioFor({
        contact: customer.contactRatio,
        company: customer.companyRatio,
        segments: owned.flatMap((o) => library.products.get(o.key)?.innovationRatio ?? []),
        fallback: rules.defaultRatio,
      })
    : // nothing is owed that they did not want
      { value: 0, source: 'wish' as const };
  const units = ratioUnits(ratio.value);
  const blocksPlanned = blocksInMail({
    developments: proven.candidates.length,
    offers: offers.fitting.length,
    ratio: units,
    maxProven: rules.maxProven,
    maxBlocks: rules.maxBlocks,
  });
  const due = experimentsDue(
    facts.account,
    units,
    blocksPlanned,
    seededUniform(context.randomKey, seed, 'experiments'),
  );
  const experimental = chooseOffers(offers.fitting, {
    due,
    context,
    seed,
    draw,
    reason: debt(facts.account) >= UNIT ? 'experiment_catch_up' : 'experiment_due',
  });
  const room = Math.min(blocksPlanned - experimental.blocks.length, rules.maxProven);
  const told = proven.candidates.slice(0, room);
  const blocks: Block[] = told.map((candidate) => ({
    kind: 'proven',
    contentId: candidate.development.id,
    variantId: 'base',
    productKey: candidate.productKey,
    probability: 1,
    reason: 'unseen_development',
  }));
  const choices = experimental.choices.map((choice, index) => ({
    position: blocks.length + index,
    ...choice,
  }));
  blocks.push(...experimental.blocks);
  for (const [index, { development }] of proven.candidates.slice(room).entries()) {
    const displaced = room + index < Math.min(rules.maxProven, blocksPlanned);
    const reason: LeftReason = displaced ? 'displaced_by_experiment' : 'lower_rank';
    left.push({ contentId: development.id, kind: 'proven', reason });
  }
  left.push(...experimental.left);

  const composition: Composition = {
    blocks,
    left,
    language: customer.language,
    ratio,
    experimentsDue: due,
    account: {
      before: facts.account,
      after: settleAccount(
        facts.account,
        { ratio: units, blocks: blocks.length, experiments: experimental.blocks.length },
        rules.maxDebt,
      ),
    },
    choices,
    seed,
  };
  return held ? { send: false, reason: 'holdout', left, heldOut: composition } : { send: true, composition };
}

/** What was left out because of the holdout counts like what was sent. */
function asIfWritten(facts: CustomerFacts): CustomerFacts {
  const { shown, mails, account } = facts.heldOut;
  const counts = new Map(facts.shown);
  for (const [id, times] of shown) counts.set(id, times + (counts.get(id) ?? 0));
  return {
    ...facts,
    shown: counts,
    recentMails: [...facts.recentMails, ...mails],
    account: account ?? facts.account,
  };
}

/** Owned products in the library's words, newest purchase history kept: largest quantity first, then key. */
export function ownedKeys(facts: Pick<CustomerFacts, 'owned'>, match: ProductMatcher): OwnedKey[] {
  const keys = new Map<string, OwnedKey>();
  for (const { product, quantity, since, declared = false } of facts.owned) {
    const known = match(product);
    const key = known?.key ?? product.id;
    const before = keys.get(key);
    keys.set(key, {
      key,
      family: known?.family ?? product.family,
      quantity: quantity + (before?.quantity ?? 0),
      since: before && before.since < since ? before.since : since,
      declared: declared && (before?.declared ?? true),
    });
  }
  return [...keys.values()].sort((a, b) => b.quantity - a.quantity || (a.key < b.key ? -1 : 1));
}

function chooseOffers(
  fitting: FittingOffer[],
  given: {
    due: number;
    context: ComposeContext;
    seed: string;
    draw: number | null;
    reason: Block['reason'];
  },
): { blocks: Block[]; choices: Omit<Choice, 'position'>[]; left: LeftOut[] } {
  const { due, context, seed, draw, reason } = given;
  const { policy } = context.learned;
  let rest = fitting;
  const blocks: Block[] = [];
  const choices: Omit<Choice, 'position'>[] = [];
  while (blocks.length < due && rest.length > 0) {
    const odds = policy.odds(rest);
    const first = blocks.length === 0 ? draw : null;
    const uniform = first ?? seededUniform(context.randomKey, seed, 'offer', blocks.length);
    const { offerId: contentId, productKey, variantId, probability } = drawFrom(odds, uniform);
    rest = rest.filter(({ offer }) => offer.id !== contentId);
    blocks.push({ kind: 'experimental', contentId, variantId, productKey, probability, reason });
    choices.push({ policy: policy.name, modelId: policy.modelId, odds });
  }
  const left = rest.map(
    ({ offer }): LeftOut => ({ contentId: offer.id, kind: 'experimental', reason: 'not_chosen' }),
  );
  return { blocks, choices, left };
}
