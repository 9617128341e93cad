import { composeContext } from '../../campaign/plan.ts';
import { compose } from '../../compose/compose.ts';
import type { CustomerFacts } from '../../compose/facts.ts';
import { loadFacts } from '../../compose/load-facts.ts';
import type { Composition, LeftOut, SkipReason } from '../../domain/composition.ts';
import { type Campaign, CampaignError, getCampaign } from '../../ledger/campaigns.ts';
import { plannedDraw } from '../../ledger/open-sends.ts';
import type { Content } from '../../render/content.ts';
import type { RenderedMail } from '../../render/renderer.ts';
import type { WebContext } from '../context.ts';

/** What to look at. Without a campaign: everything new, for whoever owns it. */
export interface PreviewRequest {
  customerId: string;
  campaignId: string | null;
  /** Tries another innovation ratio than the one set, 0 to 1. */
  ratio: number | null;
}

export type Preview =
  | {
      kind: 'mail';
      facts: CustomerFacts;
      composition: Composition;
      mail: RenderedMail;
      /** Why the customer would be passed over today all the same (holdout, frequency); null: they would not. */
      today: SkipReason | null;
    }
  | { kind: 'skip'; facts: CustomerFacts; reason: SkipReason; left: LeftOut[] }
  | { kind: 'unknown_customer' };

type PreviewCampaign = Pick<Campaign, 'id' | 'audience' | 'contentVersion'>;

/** The id that previews without a campaign draw their random numbers with. */
const EVERYTHING_NEW: PreviewCampaign = { id: 'preview', audience: {}, contentVersion: null };

/**
 * The real mail for a real customer, by the same decision and the same templates as sending. Links lead to pages
 * that record nothing.
 * @throws TemplateError
 */
export async function makePreview(
  context: WebContext,
  content: Content,
  given: PreviewRequest,
): Promise<Preview> {
  const { db, randomKey, learned, now, links } = context;
  const campaign = await campaignOf(context, given.campaignId);
  const rules = content.library.settings.rules;
  const loaded = await loadFacts(db, [given.customerId], { now: now(), rules });
  const known = loaded.get(given.customerId);
  if (!known) return { kind: 'unknown_customer' };
  const facts = given.ratio === null ? known : withRatio(known, given.ratio);
  const decide = await composeContext({ db, content, randomKey, learned, now }, campaign);
  const draw = await plannedDraw(db, campaign.id, given.customerId);
  const decision = compose(facts, { ...decide, test: true }, draw);
  if (!decision.send) return { kind: 'skip', facts, reason: decision.reason, left: decision.left };
  const really = compose(facts, decide);
  const { composition } = decision;
  const mail = content.renderer.render({
    sendId: 0,
    campaignId: campaign.id,
    customer: facts.customer,
    composition,
    owned: facts.owned,
    links,
  });
  return { kind: 'mail', facts, composition, mail, today: really.send ? null : really.reason };
}

const withRatio = (facts: CustomerFacts, ratio: number): CustomerFacts => ({
  ...facts,
  customer: { ...facts.customer, contactRatio: ratio },
});

/** The campaign to look at; everything new for none, or one that is not there. */
export async function campaignOf(context: WebContext, id: string | null): Promise<PreviewCampaign> {
  if (id === null) return EVERYTHING_NEW;
  try {
    return await getCampaign(context.db, id);
  } catch (error) {
    if (error instanceof CampaignError) return EVERYTHING_NEW;
    throw error;
  }
}
