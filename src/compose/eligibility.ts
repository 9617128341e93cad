import type { SkipReason } from '../domain/composition.ts';
import type { Frequency } from '../domain/conversation.ts';
import type { Rules } from '../library/schema.ts';
import { dayOf, daysBetween } from './day.ts';
import type { CustomerFacts } from './facts.ts';
import { seededUniform } from './random.ts';

/**
 * Why a customer gets no mail at all, whatever there would be to say: the law and the recipient's word; null
 * when nothing stands against it. What a person must hear first comes first.
 */
export function whyNotWrite(facts: CustomerFacts): SkipReason | null {
  const { customer } = facts;
  if (facts.archived) return 'archived';
  if (!customer.email) return 'no_address';
  if (facts.suppressed) return 'suppressed';
  if (customer.optedOut) return 'opted_out';
  if (customer.bounced) return 'bounced';
  if (customer.consent === 'none' || isCustomerByWordOnly(facts)) return 'no_legal_basis';
  if (facts.duplicate) return 'duplicate_address';
  if (facts.owned.length === 0) return 'owns_nothing';
  return null;
}

/** UWG §7(3) is about people who bought something: that they say they use it is no sale. */
function isCustomerByWordOnly({ customer, owned }: CustomerFacts): boolean {
  return customer.consent === 'existing_customer' && owned.length > 0 && owned.every((each) => each.declared);
}

/** Days between two mails that a wish comes to: a month and a quarter in whole weeks, as newsletters have weekdays. */
const WISHED_DAYS: Partial<Record<Frequency, number>> = { monthly: 28, quarterly: 84 };

/** Why somebody whom a campaign is for gets no mail now: their own wishes and courtesy (frequency). */
export function whyNotNow(
  facts: CustomerFacts,
  given: { rules: Rules; timeZone: string; now: Date },
): SkipReason | null {
  const { frequency, pausedUntil } = facts.preferences;
  const today = dayOf(given.now, given.timeZone);
  if (pausedUntil !== null && today < pausedUntil) return 'paused';
  if (facts.inFlight) return 'in_flight';
  const tooOften = whyTooOften(facts.recentMails, given.rules, given.now, given.timeZone);
  if (tooOften) return tooOften;
  const wished = frequency === null ? undefined : WISHED_DAYS[frequency];
  const age = (at: Date) => daysBetween(dayOf(at, given.timeZone), today);
  return wished !== undefined && facts.recentMails.some((at) => age(at) < wished) ? 'wished_seldom' : null;
}

/** The holdout is drawn once per customer and never again: it stays the same in every campaign. */
export function inHoldout(customerId: string, share: number, randomKey: string): boolean {
  return seededUniform(randomKey, customerId, 'holdout') < share;
}

/**
 * The frequency caps: one mail in `minDaysBetween` days, `maxPerPeriod` in `periodDays`. Calendar days count,
 * so that a newsletter every Tuesday reaches those whose last one left some minutes later.
 */
export function whyTooOften(mails: Date[], rules: Rules, now: Date, timeZone: string): SkipReason | null {
  const today = dayOf(now, timeZone);
  const ages = mails.map((at) => daysBetween(dayOf(at, timeZone), today));
  const within = (days: number) => ages.filter((age) => age < days).length;
  if (rules.minDaysBetween > 0 && within(rules.minDaysBetween) > 0) return 'capped_recently';
  if (within(rules.periodDays) >= rules.maxPerPeriod) return 'capped_period';
  return null;
}
