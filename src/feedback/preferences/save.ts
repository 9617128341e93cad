import { dayOf } from '../../compose/day.ts';
import type { Database } from '../../db/connect.ts';
import type { Preferences } from '../../domain/conversation.ts';
import type { NamedProduct } from '../../library/grammar.ts';
import type { ProductMatcher } from '../../library/library.ts';
import { gatherEntry } from '../crm/gather.ts';
import { holdCustomer } from '../hold-customer.ts';
import { type Change, changesBetween } from './changes.ts';
import { loadPreferences, onDay } from './load.ts';
import { type UnownedProduct, unownedProducts } from './offered-products.ts';
import { declareUse, dontUse, type KnownProduct, knownProducts, useAgain } from './product-use.ts';
import { type PreferencesForm, wishesOf } from './wish.ts';

export interface PreferencesTools {
  now: Date;
  /** In which "today" is told. */
  timeZone: string;
  matchProduct: ProductMatcher;
}

/**
 * Stores what a customer wishes for, and which products are in use: what was changed on the form, whatever was said
 * elsewhere since it was shown. A product that the form did not list, because it was bought in the meantime, stays.
 * Saving the same again changes nothing; the CRM is told of everything else.
 * @returns what is different now, or null when there is no such customer any more: then nothing is stored
 */
export async function savePreferences(
  db: Database,
  sendId: number,
  form: PreferencesForm,
  { now, timeZone, matchProduct }: PreferencesTools,
): Promise<Change[] | null> {
  const today = dayOf(now, timeZone);
  return db.transaction().execute(async (trx) => {
    const customerId = await holdCustomer(trx, { sendId });
    if (customerId === null) return null;
    const crm = await trx
      .selectFrom('customers')
      .select('language')
      .where('id', '=', customerId)
      .executeTakeFirst();
    const crmLanguage = crm?.language ?? 'de';
    const before = onDay(await loadPreferences(trx, customerId), today);
    const after = wishesOf(form, { before, crmLanguage, today });
    const changes = [
      ...(await saveUse(trx, form, { customerId, today, matchProduct })),
      ...changesBetween(before, after, crmLanguage),
    ];
    if (changes.length === 0 && before.language === after.language) return changes;
    await store(trx, customerId, after, now);
    if (changes.length > 0) {
      await gatherEntry(trx, { kind: 'note', customerId, now });
      await gatherEntry(trx, { kind: 'profile', customerId, now });
    }
    return changes;
  });
}

async function store(trx: Database, customerId: string, wishes: Preferences, now: Date): Promise<void> {
  const row = {
    language: wishes.language,
    frequency: wishes.frequency,
    topics_off: wishes.topicsOff,
    ratio_wish: wishes.ratioWish,
    paused_until: wishes.pausedUntil,
    changed_at: now,
  };
  await trx
    .insertInto('preferences')
    .values({ customer_id: customerId, ...row })
    .onConflict((oc) => oc.column('customer_id').doUpdateSet(row))
    .execute();
}

/** Only what was changed on the form, and where it says something else than what counts now. */
async function saveUse(
  trx: Database,
  { shown, used, was }: PreferencesForm,
  given: { customerId: string; today: string; matchProduct: ProductMatcher },
): Promise<Change[]> {
  const { customerId, today, matchProduct } = given;
  const known = await knownProducts(trx, customerId, matchProduct);
  const inUse = new Set(known.filter((product) => product.inUse).map(({ key }) => key));
  const stopped = shown.filter((key) => inUse.has(key) && !used.includes(key) && !was?.unused.includes(key));
  const untouched = (key: string) => was && shown.includes(key) && !was.unused.includes(key);
  const begun = used.filter((key) => !inUse.has(key) && !untouched(key));
  await dontUse(trx, { customerId, known, keys: stopped, today });
  await useAgain(trx, { customerId, known, keys: begun });
  const unowned = begun.length > 0 ? await unownedProducts(trx, known, matchProduct) : [];
  const declared = unowned.filter(({ key }) => begun.includes(key));
  await declareUse(trx, { customerId, productIds: declared.map(({ productId }) => productId), today });
  return [
    ...useChange(true, named(begun, [...known, ...declared])),
    ...useChange(false, named(stopped, known)),
  ];
}

/** The products with these keys, each once. */
function named(
  keys: readonly string[],
  products: readonly (KnownProduct | UnownedProduct)[],
): NamedProduct[] {
  return [...new Set(keys)].flatMap((wanted) => products.find(({ key }) => key === wanted)?.product ?? []);
}

const useChange = (inUse: boolean, products: NamedProduct[]): Change[] =>
  products.length > 0 ? [{ what: 'products', inUse, products }] : [];
