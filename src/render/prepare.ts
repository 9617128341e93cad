import type { Block } from '../domain/composition.ts';
import type { Language, OwnedProduct } from '../domain/customer.ts';
import { becauseYouUse, forYourProduct, joinNames, yourProduct } from '../library/grammar.ts';
import type { Library } from '../library/library.ts';
import { renderMarkdown } from '../library/markdown.ts';
import { fillPlaceholders, placeholderValues } from '../library/placeholders.ts';
import type { LibraryProduct } from '../library/schema.ts';
import { blockText } from './block-text.ts';
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
  const { words } = templates;
  const text = blockText(block, product, library, language);
  const values = placeholderValues(product, language);
  const line = (source: string) => cleanLine(fillPlaceholders(source, values), 300);
  const body = renderMarkdown(text.body);
  const headline = line(text.headline);
  const kicker = capitalised(forYourProduct(product, language));
  const because = becauseYouUse(product, language);
  const bridge = text.bridge === undefined ? null : line(text.bridge);
  const question = line(text.call ?? words[block.kind].question);
  return {
    kicker: unbroken(kicker),
    because: unbroken(because),
    headline: unbroken(headline),
    body: fillPlaceholders(body.html, values, escapeHtml),
    bridge: bridge === null ? null : unbroken(bridge),
    picture: text.picture ? pictureUrl(text.picture) : null,
    alt: text.alt ?? '',
    linkLabel: text.link ? (text.linkLabel ?? words.more) : null,
    question: unbroken(question),
    kickerText: wrapText(kicker),
    headlineText: wrapText(headline),
    bodyText: wrapText(fillPlaceholders(body.text, values)),
    bridgeText: bridge === null ? null : wrapText(bridge),
    labelText: wrapText(`${words.experimental.label}, ${because}`),
    questionText: wrapText(question),
  };
}

/** Keeps type designations on one line: "LX 300". */
const unbroken = (text: string): string => text.replace(/(?<=\p{Lu}) (?=\d)/gu, '\u00a0');

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
