import type { LeftOut, LeftReason } from '../domain/composition.ts';
import type { Preferences } from '../domain/conversation.ts';
import type { Language } from '../domain/customer.ts';
import type { CampaignAudience } from '../domain/send.ts';
import type { Development } from '../library/schema.ts';

/** A product a customer owns, in the library's words: `key` is the CRM's id where nobody described it yet. */
export interface OwnedKey {
  key: string;
  family: string | null;
  quantity: number;
  since: string;
  /** No purchase of it is known, only what the customer says. */
  declared: boolean;
}

export interface ProvenCandidate {
  development: Development;
  productKey: string;
}

/** Whether a piece of content may be told on that day (its dates are calendar days, both inclusive). */
export function whyNotToday(
  content: { published: string; until?: string | undefined },
  today: string,
): LeftReason | null {
  if (content.published > today) return 'not_yet_published';
  if (content.until !== undefined && content.until < today) return 'expired';
  return null;
}

/** Whether a campaign's audience takes in one owned product. An empty audience takes in everything. */
export function inAudience(
  audience: CampaignAudience,
  owned: { key: string; family: string | null },
): boolean {
  const { products, families } = audience;
  if (!products?.length && !families?.length) return true;
  return Boolean(
    products?.includes(owned.key) || (owned.family !== null && families?.includes(owned.family)),
  );
}

/**
 * The developments this customer can still be told, best first. Ranking: the priority set by the author, which counts
 * as a first guess at how much it will be answered and gives way to what owners of the product did answer; then the
 * newer one, then the one about the product the customer has more of, then the id, so that the order
 * never depends on chance. A development about several owned products is tied to the first of them.
 */
export function provenCandidates(given: {
  owned: OwnedKey[];
  developments: Iterable<Development>;
  /** How much owners of a product answer a development, as a multiple of what is usual. */
  appeal: (developmentId: string, productKey: string) => number;
  audience: CampaignAudience;
  shown: ReadonlyMap<string, number>;
  answers: ReadonlyMap<string, string>;
  preferences: Pick<Preferences, 'topicsOff' | 'frequency'>;
  language: Language;
  today: string;
}): { candidates: ProvenCandidate[]; left: LeftOut[] } {
  const candidates: (ProvenCandidate & { quantity: number; rank: number })[] = [];
  const left: LeftOut[] = [];
  for (const development of given.developments) {
    const about = given.owned.find(
      (o) =>
        development.products.includes(o.key) ||
        (o.family !== null && development.families.includes(o.family)),
    );
    if (!about) continue;
    const reason = whyNotTold(development, about, given);
    if (reason) left.push({ contentId: development.id, kind: 'proven', reason });
    else {
      const { key: productKey, quantity } = about;
      const rank = priorityWeight(development.priority) * given.appeal(development.id, productKey);
      candidates.push({ development, productKey, quantity, rank });
    }
  }
  candidates.sort(
    (a, b) =>
      b.rank - a.rank ||
      compare(b.development.published, a.development.published) ||
      b.quantity - a.quantity ||
      compare(a.development.id, b.development.id),
  );
  return { candidates, left };
}

/** Each step of priority makes a development half as much again as likely to be worth its place. */
export const priorityWeight = (priority: number) => 1.5 ** (priority - 3);

function whyNotTold(
  development: Development,
  about: OwnedKey,
  given: Parameters<typeof provenCandidates>[0],
): LeftReason | null {
  const chosen = given.audience.developments;
  if (chosen?.length && !chosen.includes(development.id)) return 'not_in_campaign';
  if (!inAudience(given.audience, about)) return 'not_in_campaign';
  if ((given.shown.get(development.id) ?? 0) > 0) return 'already_seen';
  if (given.answers.has(development.id)) return 'already_answered';
  if (given.preferences.topicsOff.includes(development.kind)) return 'topic_off';
  if (given.preferences.frequency === 'important' && !development.important) return 'only_important';
  if (!development[given.language]) return 'no_text_in_language';
  return whyNotToday(development, given.today);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
