import { sql } from 'kysely';
import { dayOf } from '../compose/day.ts';
import type { Database } from '../db/connect.ts';
import type { ProductMatcher } from '../library/library.ts';
import type { Gap } from '../library/question-schema.ts';
import type { KeyedProduct } from './asked-question.ts';
import { addMonths } from './months.ts';
import type { MomentFacts } from './next-question.ts';
import { knownProducts } from './preferences/product-use.ts';

/** What is known of a customer before an answer is looked at, and their products in words. */
export interface CustomerMoment {
  facts: Pick<MomentFacts, 'products' | 'families' | 'gaps' | 'saidTo' | 'now'>;
  /** What they own, in order of purchase, each library product once. */
  owned: KeyedProduct[];
}

export async function loadMoment(
  db: Database,
  customerId: string,
  given: { now: Date; timeZone: string; matchProduct: ProductMatcher },
): Promise<CustomerMoment> {
  const { now, timeZone, matchProduct } = given;
  const known = (await knownProducts(db, customerId, matchProduct)).filter(({ inUse }) => inUse);
  const owned = new Map(known.map(({ key, product }) => [key, { key, product }]));
  const gaps = await findGaps(db, customerId, dayOf(now, timeZone));
  return {
    facts: {
      products: new Set(owned.keys()),
      families: new Set(known.flatMap(({ family }) => family ?? [])),
      gaps,
      saidTo: await lastStatements(db, customerId),
      now,
    },
    owned: [...owned.values()],
  };
}

/** What we don't know of a customer, or what may be missing to them (see `GAPS`). `today` is an ISO 8601 date. */
export async function findGaps(db: Database, customerId: string, today: string): Promise<Set<Gap>> {
  const ofTheirs = sql`customer_id = ${customerId}`;
  const { rows } = await sql<Record<Gap, boolean>>`
    select
      exists (select from sends where ${ofTheirs} and state = 'sent')
        and not exists (select from heard_answers where ${ofTheirs}) as never_answered,
      exists (select from owned_products
        where ${ofTheirs} and not declared and since <= ${addMonths(today, -60)}) as old_product,
      exists (select from owned_products where ${ofTheirs})
        and not exists (select from product_use where ${ofTheirs}) as use_unconfirmed,
      exists (select from customers c where c.id = ${customerId} and c.company_id is not null and not exists (
        select from customers other
        where other.company_id = c.company_id and other.id <> c.id and other.archived_at is null)) as single_contact,
      coalesce((select max(purchased_on) from purchases
        where ${ofTheirs} and status = 'kept' and quantity > 0) <= ${addMonths(today, -24)}, false) as no_purchase_lately,
      not exists (select from preferences where ${ofTheirs} and ratio_wish is not null) as no_wish`.execute(
    db,
  );
  const [found] = rows;
  return new Set((Object.keys(found ?? {}) as Gap[]).filter((gap) => found?.[gap]));
}

async function lastStatements(db: Database, customerId: string): Promise<Map<string, Date>> {
  const { rows } = await sql<{ question_id: string; said_at: Date }>`
    select question_id, max(said_at) as said_at from statements
    where customer_id = ${customerId} and doubted_at is null group by question_id`.execute(db);
  return new Map(rows.map(({ question_id, said_at }) => [question_id, said_at]));
}
