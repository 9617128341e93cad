import { composeContext } from '../campaign/plan.ts';
import { compose, ownedKeys } from '../compose/compose.ts';
import { dayOf } from '../compose/day.ts';
import type { CustomerFacts } from '../compose/facts.ts';
import type { Learned } from '../compose/learned.ts';
import { loadFacts } from '../compose/load-facts.ts';
import type { Database } from '../db/connect.ts';
import type { Block, Composition, Decision, LeftOut, SkipReason } from '../domain/composition.ts';
import { LANGUAGES } from '../domain/customer.ts';
import { type Campaign, CampaignError, getCampaign } from '../ledger/campaigns.ts';
import { plannedDraw } from '../ledger/open-sends.ts';
import type { Library } from '../library/library.ts';
import type { Bridge } from '../library/schema.ts';
import type { Links } from '../links/links.ts';
import type { Content } from '../render/content.ts';
import type { RenderedMail } from '../render/renderer.ts';
import { isTried, tryOut, type WhatIf } from './what-if.ts';

/** What the studio decides and renders with: the same as sending. */
export interface StudioTools {
  db: Database;
  randomKey: string;
  learned?: (() => Promise<Learned>) | undefined;
  links: Links;
  now: () => Date;
}

/** What to look at. Without a campaign: everything new, for whoever owns it. */
export interface PreviewRequest {
  customerId: string;
  campaignId: string | null;
  /** This development or offer alone, whatever would be decided. */
  contentId: string | null;
  what: WhatIf;
}

export type Preview =
  | {
      kind: 'mail';
      facts: CustomerFacts;
      /** As they are, without anything that is tried out. */
      known: CustomerFacts;
      composition: Composition;
      mail: RenderedMail;
      campaignId: string;
      /** Why the customer would be passed over today all the same (holdout, frequency); null: they would not. */
      today: SkipReason | null;
      /** The innovation ratio without what is tried out; null: nothing would be decided. */
      setRatio: number | null;
    }
  | {
      kind: 'skip';
      facts: CustomerFacts;
      known: CustomerFacts;
      reason: SkipReason;
      left: LeftOut[];
      setRatio: number | null;
    }
  | { kind: 'unknown_customer' }
  | { kind: 'unknown_content' };

export type PreviewCampaign = Pick<Campaign, 'id' | 'audience' | 'contentVersion'>;

/** The id that previews without a campaign draw their random numbers with. */
const EVERYTHING_NEW: PreviewCampaign = { id: 'preview', audience: {}, contentVersion: null };

/**
 * The real mail for a real customer, by the same decision and the same templates as sending. Links lead to pages
 * that record nothing, and nothing is stored.
 * @throws TemplateError
 */
export async function makePreview(
  tools: StudioTools,
  content: Content,
  given: PreviewRequest,
): Promise<Preview> {
  const [preview] = await makePreviews(tools, content, [given.customerId], given);
  return preview ?? { kind: 'unknown_customer' };
}

/** Of many customers at once, in the order given. @throws TemplateError */
export async function makePreviews(
  tools: StudioTools,
  content: Content,
  customerIds: readonly string[],
  given: Omit<PreviewRequest, 'customerId'>,
): Promise<Preview[]> {
  const { db, now } = tools;
  const { library } = content;
  const { rules, nightly } = library.settings;
  const campaign = await previewCampaign(db, given.campaignId);
  const [loaded, decide] = await Promise.all([
    loadFacts(db, [...customerIds], { now: now(), rules }),
    composeContext({ ...tools, content }, campaign),
  ]);
  const today = dayOf(decide.now, nightly.timeZone);
  const draws = await Promise.all(
    customerIds.map((id) => (given.campaignId === null ? null : plannedDraw(db, campaign.id, id))),
  );
  return customerIds.map((id, index) => {
    const known = loaded.get(id);
    if (!known) return { kind: 'unknown_customer' };
    const facts = tryOut(known, given.what, { ...content, today });
    const draw = draws[index] ?? null;
    const test = { ...decide, test: true };
    const alone = given.contentId === null ? null : aloneIn(content, facts, given.contentId);
    if (given.contentId !== null && alone === null) return { kind: 'unknown_content' };
    const decision: Decision = alone ? { send: true, composition: alone } : compose(facts, test, draw);
    const asKnown = isTried(given.what) && !alone ? compose(known, test, draw) : decision;
    const setRatio = asKnown.send ? asKnown.composition.ratio.value : null;
    if (!decision.send) {
      const { reason, left } = decision;
      return { kind: 'skip', facts, known, reason, left, setRatio };
    }
    const really = alone ? decision : compose(facts, decide);
    const { composition } = decision;
    const { customer, owned } = facts;
    const mail = content.renderer.render({
      sendId: 0,
      campaignId: campaign.id,
      customer,
      composition,
      owned,
      links: tools.links,
    });
    return {
      kind: 'mail',
      facts,
      known,
      composition,
      mail,
      campaignId: campaign.id,
      today: really.send ? null : really.reason,
      setRatio,
    };
  });
}

/** The campaign to look at; everything new for none, or one that is not there. */
export async function previewCampaign(db: Database, id: string | null): Promise<PreviewCampaign> {
  if (id === null) return EVERYTHING_NEW;
  try {
    return await getCampaign(db, id);
  } catch (error) {
    if (error instanceof CampaignError) return EVERYTHING_NEW;
    throw error;
  }
}

/** A mail of this one piece, tied to what the customer owns, or else to what it is about. Null: there is no such piece. */
function aloneIn(
  { library, matchProduct }: Content,
  facts: CustomerFacts,
  contentId: string,
): Composition | null {
  const block = blockAlone(library, ownedKeys(facts, matchProduct), contentId);
  if (block === null) return null;
  const piece = library.developments.get(contentId) ?? library.offers.get(contentId);
  const own = facts.customer.language;
  return {
    blocks: [block],
    left: [],
    language: piece?.[own] ? own : (LANGUAGES.find((language) => piece?.[language]) ?? own),
    ratio: { value: block.kind === 'experimental' ? 1 : 0, source: 'default' },
    experimentsDue: block.kind === 'experimental' ? 1 : 0,
    account: { before: facts.account, after: facts.account },
    seed: 'preview',
  };
}

/**
 * The block that tells of one development or offer, to somebody who owns these products; else of a product that it is
 * about. Null: there is no such piece.
 */
export function blockAlone(
  library: Library,
  owned: readonly { key: string; family: string | null }[],
  contentId: string,
): Block | null {
  const of = (about: readonly { product?: string | undefined; family?: string | undefined }[]) => {
    const isAbout = (one: { key: string; family: string | null }) =>
      about.some(({ product, family }) =>
        product === undefined ? family === one.family : product === one.key,
      );
    return (owned.find(isAbout) ?? [...library.products.values()].find(isAbout))?.key ?? owned[0]?.key ?? '';
  };
  const shared = { contentId, variantId: 'base', probability: 1 };
  const development = library.developments.get(contentId);
  if (development) {
    const about = [
      ...development.products.map((product) => ({ product })),
      ...development.families.map((family) => ({ family })),
    ];
    return { ...shared, kind: 'proven', productKey: of(about), reason: 'unseen_development' };
  }
  const offer = library.offers.get(contentId);
  if (!offer) return null;
  const bridges: Bridge[] = offer.bridges;
  return { ...shared, kind: 'experimental', productKey: of(bridges), reason: 'experiment_due' };
}
