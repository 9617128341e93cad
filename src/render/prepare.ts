import type { Block } from '../domain/composition.ts';
import type { Language, OwnedProduct } from '../domain/customer.ts';
import { becauseYouUse, forYourProduct, joinNames, yourProduct } from '../library/grammar.ts';
import type { Library } from '../library/library.ts';
import { renderMarkdown } from '../library/markdown.ts';
import { fillPlaceholders, placeholderValues } from '../library/placeholders.ts';
import type { Bridge, LibraryProduct } from '../library/schema.ts';
import { cleanLine, shortened } from './clean.ts';
import type { MailTemplates } from './compile-mail.ts';
import { escapeHtml } from './escape.ts';
import type { PreparedBlock, PreparedMail } from './view.ts';
import type { MailCase } from './words.ts';
import { wrapText } from './wrap.ts';

/** Mail programs show 60 to 90 characters of a subject, and about 140 of a preheader. */
const MAX_SUBJECT = 150;
const MAX_PREHEADER = 140;
const MAX_PRODUCT_NAME = 80;

/** A block of the composition with the product it is about: the library's, or just the CRM's name. */
export interface NamedBlock {
  block: Block;
  product: LibraryProduct | string;
}

/** The product a block is tied to. What the library does not know is called by the name in the CRM. */
export function nameProduct(
  block: Block,
  library: Library,
  owned: readonly OwnedProduct[],
): LibraryProduct | string {
  const known = library.products.get(block.productKey);
  if (known) return known;
  const name = owned.find(({ product }) => product.id === block.productKey)?.product.name;
  return cleanLine(name, MAX_PRODUCT_NAME);
}

/** Which of the subjects fits: see words.yaml. */
export function mailCase(blocks: readonly NamedBlock[]): MailCase {
  const proven = blocks.filter(({ block }) => block.kind === 'proven');
  const products = new Set(proven.map(({ block }) => block.productKey)).size;
  if (proven.length === 0) return 'experimentOnly';
  if (proven.length === 1) return 'oneDevelopment';
  if (products === 1) return 'oneProduct';
  return products === 2 ? 'twoProducts' : 'manyProducts';
}

/** Everything of a mail that does not depend on who gets it. */
export function prepareMail(
  blocks: readonly NamedBlock[],
  prepared: readonly PreparedBlock[],
  templates: MailTemplates,
  language: Language,
): PreparedMail {
  const kind = mailCase(blocks);
  const spoken = kind === 'experimentOnly' ? blocks : blocks.filter(({ block }) => block.kind === 'proven');
  const products = [...new Map(spoken.map(({ block, product }) => [block.productKey, product])).values()];
  const [first = '', second = ''] = products;
  const line = {
    forProduct: forYourProduct(first, language),
    andProduct: yourProduct(second, language),
    allProducts: joinNames(
      products.map((product, index) => (index === 0 ? forYourProduct : yourProduct)(product, language)),
      language,
    ),
    because: becauseYouUse(first, language),
    headlines: shortened(prepared.map((block) => block.headline).join(' · '), MAX_PREHEADER),
  };
  const opening = cleanLine(templates.opening[kind](line), 1000);
  const subject = cleanLine(templates.subject[kind](line), MAX_SUBJECT);
  return {
    case: kind,
    subject,
    title: unbroken(subject),
    preheader: cleanLine(templates.preheader(line), MAX_PREHEADER),
    opening: unbroken(opening),
    openingText: wrapText(opening),
  };
}

/** A block's texts with the product's name in place. @throws Error when the library no longer has them. */
export function prepareBlock(
  { block, product }: NamedBlock,
  library: Library,
  templates: MailTemplates,
  language: Language,
  pictureUrl: (file: string) => string,
): PreparedBlock {
  const offer = block.kind === 'experimental' ? library.offers.get(block.contentId) : undefined;
  const content = offer ?? library.developments.get(block.contentId);
  const text = content?.[language];
  if (!content || !text) {
    const what = content ? `has no text in "${language}"` : 'is not in the library (any more)';
    throw new Error(`The content "${block.contentId}" ${what}, but a composition names it.`);
  }
  const values = placeholderValues(product, language);
  const body = renderMarkdown(text.body);
  const headline = cleanLine(fillPlaceholders(text.headline, values), 300);
  const kicker = capitalised(forYourProduct(product, language));
  const because = becauseYouUse(product, language);
  const bridge = offer ? bridgeText(offer.bridges, product, language) : null;
  const bridgeLine = bridge === null ? null : cleanLine(fillPlaceholders(bridge, values), 300);
  return {
    kicker: unbroken(kicker),
    because: unbroken(because),
    headline: unbroken(headline),
    body: fillPlaceholders(body.html, values, escapeHtml),
    bridge: bridgeLine === null ? null : unbroken(bridgeLine),
    picture: content.picture ? pictureUrl(content.picture) : null,
    alt: text.alt ?? '',
    linkLabel: content.link ? (text.linkLabel ?? templates.words.more) : null,
    kickerText: wrapText(kicker),
    headlineText: wrapText(headline),
    bodyText: wrapText(fillPlaceholders(body.text, values)),
    bridgeText: bridgeLine === null ? null : wrapText(bridgeLine),
    labelText: wrapText(`${templates.words.experimental.label}, ${because}`),
  };
}

/** The sentence from exactly this product, else from its family. */
function bridgeText(
  bridges: readonly Bridge[],
  product: LibraryProduct | string,
  language: Language,
): string | null {
  if (typeof product === 'string') return null;
  const { key, family } = product;
  const bridge = bridges.find((one) => one.product === key) ?? bridges.find((one) => one.family === family);
  return bridge?.[language] ?? null;
}

/** Keeps type designations on one line: "LX 300". */
const unbroken = (text: string): string => text.replace(/(?<=\p{Lu}) (?=\d)/gu, '\u00a0');

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
