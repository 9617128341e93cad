import { dayOf } from '../../compose/day.ts';
import { TOPICS } from '../../domain/conversation.ts';
import { LANGUAGES, type Language } from '../../domain/customer.ts';
import type { Change } from '../../feedback/preferences/changes.ts';
import { loadPreferences, onDay } from '../../feedback/preferences/load.ts';
import { type UnownedProduct, unownedProducts } from '../../feedback/preferences/offered-products.ts';
import { type KnownProduct, knownProducts } from '../../feedback/preferences/product-use.ts';
import { dayWords, topicName } from '../../feedback/preferences/words.ts';
import { joinNames, productName } from '../../library/grammar.ts';
import type { ProductMatcher } from '../../library/library.ts';
import type { WebContext } from '../context.ts';
import {
  type Field,
  type Filled,
  FREQUENCY_CHOICES,
  filledWith,
  type Shown,
  WISH_CHOICES,
} from './preferences-form.ts';

/** What holds for the customer of a send now. */
export interface PreferencesNow {
  known: KnownProduct[];
  unowned: UnownedProduct[];
  filled: Filled;
  /** What the page says that it shows; null: it showed something else before, and nobody knows what. */
  was: Shown | null;
}

/** Null when the send belongs to nobody whom we know. */
export async function loadNow(
  context: WebContext,
  sendId: number,
  given: { matchProduct: ProductMatcher; timeZone: string },
): Promise<PreferencesNow | null> {
  const { db } = context;
  const customer = await db
    .selectFrom('sends')
    .innerJoin('customers', 'customers.id', 'sends.customer_id')
    .select(['customers.id', 'customers.language'])
    .where('sends.id', '=', sendId)
    .executeTakeFirst();
  if (!customer) return null;
  const known = await knownProducts(db, customer.id, given.matchProduct);
  const preferences = onDay(await loadPreferences(db, customer.id), dayOf(context.now(), given.timeZone));
  const used = known.filter(({ inUse }) => inUse).map(({ key }) => key);
  const filled = filledWith(preferences, customer.language, used);
  const { used: _, ...wishes } = filled;
  return {
    known,
    unowned: await unownedProducts(db, known, given.matchProduct),
    filled,
    was: { ...wishes, unused: known.flatMap(({ key, inUse }) => (inUse ? [] : key)) },
  };
}

/** What the page's template needs of the fields. */
export function fieldsView({ known, unowned, filled, was }: PreferencesNow, language: Language) {
  const product = ({ key, product: named }: KnownProduct | UnownedProduct) => ({
    key,
    name: productName(named, language),
    checked: filled.used.includes(key),
  });
  const ofKey = new Map(known.map((each) => [each.key, product(each)]));
  const more = unowned.map((each) => ({ ...product(each), family: each.product.family }));
  return {
    was: was && JSON.stringify(was),
    products: [...ofKey.values()],
    families: [...Map.groupBy(more, ({ family }) => family)]
      .map(([family, products]) => ({ family, products: byName(products, language) }))
      .sort((a, b) => a.family.localeCompare(b.family, language)),
    moreChosen: more.some(({ checked }) => checked),
    topics: TOPICS.map((value) => ({
      value,
      label: topicName(value, language),
      checked: filled.topics.includes(value),
    })),
    frequencies: FREQUENCY_CHOICES.map((value) => ({ value, checked: value === filled.frequency })),
    languages: LANGUAGES.map((value) => ({ value, checked: value === filled.language })),
    wishes: WISH_CHOICES.map((value) => ({ value, checked: value === filled.wish })),
    pause: pauseView(filled.pause, language),
  };
}

const byName = <T extends { name: string }>(products: T[], language: Language): T[] =>
  products.toSorted((a, b) => a.name.localeCompare(b.name, language));

function pauseView(pause: Filled['pause'], language: Language) {
  const running = pause !== null && pause !== 'begin';
  return {
    value: running ? pause : 'begin',
    checked: pause !== null,
    day: running ? dayWords(pause, language) : null,
  };
}

/** What has changed: a key of the words, what fills it, and whether to point at the way out. */
export function changeView(
  change: Change,
  language: Language,
): { key: string; what?: string; stopBelow?: boolean } {
  switch (change.what) {
    case 'products':
      return {
        key: `changed.${change.inUse ? 'used' : 'unused'}`,
        what: joinNames(
          change.products.map((product) => productName(product, language)),
          language,
        ),
      };
    case 'topics':
      return {
        key: `changed.topics_${change.wanted ? 'on' : 'off'}`,
        what: joinNames(
          change.topics.map((topic) => topicName(topic, language)),
          language,
        ),
      };
    case 'frequency':
      return { key: `changed.frequency.${change.to ?? 'always'}` };
    case 'language':
      return { key: `changed.language.${change.to}` };
    case 'wish':
      return { key: `changed.wish.${change.to ?? 'none'}` };
    case 'paused':
      return { key: 'changed.paused', what: dayWords(change.until, language) };
    case 'nothing_left':
      return { key: 'changed.nothing_left', stopBelow: true };
    case 'resumed':
      return { key: 'changed.resumed' };
  }
}

/** Where on the page a field is. */
export const anchorOf = (field: Field): string => (field === 'used' ? 'products' : field);
