import type { Database } from '../db/connect.ts';
import { NO_PREFERENCES, type Preferences } from '../domain/conversation.ts';
import type { Customer, OwnedProduct } from '../domain/customer.ts';
import type { Rules } from '../library/schema.ts';
import type { CustomerFacts } from './facts.ts';
import { type CustomerRow, FACTS, type FactLists, type TwinRow, type WishRow } from './facts-query.ts';

/** Days between mails that a customer may wish for at most (eligibility.ts). */
const LONGEST_WISH = 90;

/** How far back mails count for the frequency caps: a day more than they say, because they count calendar days. */
export function mailsSince(now: Date, rules: Pick<Rules, 'periodDays' | 'minDaysBetween'>): Date {
  const days = Math.max(rules.periodDays, rules.minDaysBetween, LONGEST_WISH) + 1;
  return new Date(now.getTime() - days * 86_400_000);
}

/**
 * Loads, in one set-based query, all that a decision needs about these customers, as it is now.
 * An objection counts for the address, not for the record: an opt-out or bounce on one of several contacts
 * with the same address holds for all of them. Of several, one who may be written to, then one who owns
 * something, then the smallest id is the one written to.
 *
 * @param given.rules say how far back mails count for the frequency caps
 * @returns facts by customer id; ids that do not exist are missing
 */
export async function loadFacts(
  db: Database,
  customerIds: string[],
  given: { now: Date; rules: Pick<Rules, 'periodDays' | 'minDaysBetween' | 'laterDays'> },
): Promise<Map<string, CustomerFacts>> {
  const since = mailsSince(given.now, given.rules);
  const parameters = [customerIds, since, given.rules.laterDays];
  const { rows } = await db.executeQuery<FactLists>({ ...FACTS.compile(db), parameters });
  return new Map(rows.flatMap(factsOf).map((facts) => [facts.customer.id, facts]));
}

/** Brings together what the lists say about each customer. */
function factsOf(lists: FactLists): CustomerFacts[] {
  const owned = ownedOf(lists);
  const shown = byId(lists.shown);
  const answers = byId(lists.answers);
  const resting = byId(lists.resting);
  const twins = byId(lists.twins);
  const wishes = byId(lists.wishes);
  const heldOut = byId(lists.held_out);
  const mails = byId(lists.mails);
  return (lists.customers ?? []).map((row) => {
    const { id } = row;
    const twin = twins.get(id);
    const held = heldOut.get(id);
    return {
      customer: customerOf(row, twin),
      archived: row.archived,
      suppressed: row.suppressed,
      duplicate: twin?.better ?? false,
      owned: owned.get(id) ?? [],
      shown: mapOf(shown.get(id)?.times),
      answers: mapOf(answers.get(id)?.latest),
      notBefore: mapOf(resting.get(id)?.until),
      preferences: preferencesOf(row, wishes.get(id)),
      account: { wanted: row.wanted ?? 0, given: row.given ?? 0, forgiven: row.forgiven ?? 0 },
      recentMails: datesOf(mails.get(id)?.recent),
      inFlight: mails.get(id)?.in_flight ?? false,
      heldOut: {
        shown: mapOf(held?.shown),
        mails: datesOf(held?.mails),
        account: held?.account ?? null,
      },
    };
  });
}

/** By customer; customers that own the same product share one record of it. */
function ownedOf(lists: FactLists): Map<string, OwnedProduct[]> {
  const products = byId(lists.products);
  const { customer, product, quantity, since, declared } = lists.owned;
  const owned = new Map<string, OwnedProduct[]>();
  customer?.forEach((id, row) => {
    const known = products.get(product[row] as string);
    // a purchase may be known before its product is
    if (!known) return;
    const one = {
      product: known,
      quantity: quantity[row] as number,
      since: since[row] as string,
      declared: declared[row] as boolean,
    };
    const others = owned.get(id);
    if (others) others.push(one);
    else owned.set(id, [one]);
  });
  return owned;
}

function customerOf(row: CustomerRow, twin: TwinRow | undefined): Customer {
  return {
    id: row.id,
    email: row.email,
    salutation: row.salutation,
    title: row.title,
    firstName: row.first_name,
    lastName: row.last_name,
    companyName: row.company_name,
    companyId: row.company_id,
    language: row.own_language ?? row.language,
    country: row.country,
    ownerName: row.owner_name,
    ownerEmail: row.owner_email,
    consent: row.consent,
    optedOut: row.opted_out || (twin?.opted_out ?? false),
    bounced: row.bounced || (twin?.bounced ?? false),
    contactRatio: row.contact_ratio,
    companyRatio: row.company_ratio,
  };
}

/** What they are asked themselves is each record's own, what limits mail is the address's. */
function preferencesOf(row: CustomerRow, wish: WishRow | undefined): Preferences {
  if (!wish) return NO_PREFERENCES;
  const { frequency, topicsOff, pausedUntil } = wish;
  return { language: row.own_language, ratioWish: row.ratio_wish, frequency, topicsOff, pausedUntil };
}

const byId = <Fact extends { id: string }>(list: Fact[] | null): Map<string, Fact> =>
  new Map(list?.map((fact) => [fact.id, fact]));

const mapOf = <Value>(values: Record<string, Value> | null | undefined): Map<string, Value> =>
  new Map(values ? Object.entries(values) : null);

const datesOf = (moments: string[] | undefined): Date[] => moments?.map((at) => new Date(at)) ?? [];
