import { sql } from 'kysely';
import { dayOf } from '../../compose/day.ts';
import type { Database } from '../../db/connect.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import { keyedProducts } from '../../segment/segments.ts';
import { seededRandom } from '../model/random.ts';
import { choosePairing, type PairingReason, type PossiblePairing, pairingOf } from './pairing.ts';

const DAY = 86_400_000;
/** One in so many days, so that people keep up and each gets answers. */
const PAUSE_DAYS = 7;
/** So many wait for a person at most. */
const MOST_OPEN = 3;

export interface ProposedPairing {
  offerId: string;
  productKey: string;
  /** `agreed` where the settings ask nobody. */
  state: 'proposed' | 'agreed';
  reason: PairingReason;
  /** As `PossiblePairing` has them; `lift`: how many times as often as usual they go together. */
  owners: number;
  also: number;
  lift: number;
}

/** Proposes a pairing when it is time for one; null otherwise, or when there is none. What was refused is not asked again. */
export async function proposePairing(
  db: Database,
  given: { library: Library; matchProduct: ProductMatcher; randomKey: string; now: Date },
): Promise<ProposedPairing | null> {
  const { library, now } = given;
  const rows = await db
    .selectFrom('pairings')
    .select(['offer_id', 'product_key', 'state', 'proposed_at'])
    .execute();
  const recent = rows.some(({ proposed_at: at }) => now.getTime() - at.getTime() < PAUSE_DAYS * DAY);
  if (recent || rows.filter(({ state }) => state === 'proposed').length >= MOST_OPEN) return null;
  const asked = new Set(rows.map((row) => `${row.offer_id}|${row.product_key}`));
  const possible = (await possiblePairings(db, given)).filter(
    ({ offerId, productKey }) => !asked.has(`${offerId}|${productKey}`),
  );
  const day = dayOf(now, library.settings.nightly.timeZone);
  const chosen = choosePairing(possible, seededRandom(`${given.randomKey}|pairing|${day}`));
  if (chosen === null) return null;
  const { offerId, productKey, reason, owners, also, usual, lift } = chosen;
  const state = library.settings.learning.approvePairings ? 'proposed' : 'agreed';
  await db
    .insertInto('pairings')
    .values({
      offer_id: offerId,
      product_key: productKey,
      state,
      evidence: JSON.stringify({ reason, owners, also, usual, lift }),
      proposed_at: now,
      decided_at: state === 'agreed' ? now : null,
    })
    .execute();
  return { offerId, productKey, state, reason, owners, also, lift };
}

/** All that may be tried, with what owners own besides: counted over everybody in the CRM, in one query. */
async function possiblePairings(
  db: Database,
  { library, matchProduct, now }: { library: Library; matchProduct: ProductMatcher; now: Date },
): Promise<PossiblePairing[]> {
  const today = dayOf(now, library.settings.nightly.timeZone);
  const wanted = [...library.offers.values()].flatMap((offer) => {
    const over = offer.published > today || (offer.until ?? today) < today;
    const found = over ? null : pairingOf(offer, library.products);
    return found === null ? [] : [{ id: offer.id, ...found }];
  });
  if (wanted.length === 0) return [];
  const products = await keyedProducts(db, matchProduct, 'product');
  const roles = wanted.flatMap(({ id, anchors, untried }) => [
    ...anchors.map((key) => ({ offer: id, key, anchor: true })),
    ...untried.map((key) => ({ offer: id, key, anchor: false })),
  ]);
  const { rows } = await sql<PossiblePairing>`
    with keys as (
      select * from unnest(${products.map((p) => p.id)}::text[], ${products.map((p) => p.key)}::text[])
        as k (product_id, key)),
    roles as (
      select * from jsonb_to_recordset(${JSON.stringify(roles)}::jsonb) as r (offer text, key text, anchor boolean)),
    owners as materialized (
      select distinct o.customer_id, k.key
      from owned_products o join keys k on k.product_id = o.product_id
      join customers c on c.id = o.customer_id and c.archived_at is null),
    everybody as (select count(distinct customer_id) as customers from owners),
    anchored as materialized (
      select distinct r.offer, o.customer_id from roles r join owners o on o.key = r.key where r.anchor),
    usual as (select offer, count(*) as anchored from anchored group by offer)
    select r.offer as "offerId", r.key as "productKey", count(*)::int as owners, count(a.customer_id)::int as also,
      coalesce(u.anchored, 0)::float8 / e.customers as usual
    from roles r
    join owners o on o.key = r.key
    cross join everybody e
    left join usual u on u.offer = r.offer
    left join anchored a on a.offer = r.offer and a.customer_id = o.customer_id
    where not r.anchor
    group by r.offer, r.key, u.anchored, e.customers
    order by r.offer, r.key`.execute(db);
  return rows;
}
