import type { Block } from '../domain/composition.ts';
import type { Language } from '../domain/customer.ts';
import type { Library } from '../library/library.ts';
import type { LibraryProduct, Offer } from '../library/schema.ts';
import { type OfferForm, offerForm, unwrittenAlleles } from '../library/variant.ts';

/** What the library says in one block, placeholders not yet filled. A development has neither bridge nor call. */
export type LibraryText = OfferForm & { link: string | undefined };

/**
 * The text of a development, or of an offer in the form that was chosen.
 * @throws Error when the library does not have it (any more)
 */
export function blockText(
  block: Block,
  product: LibraryProduct | string,
  library: Library,
  language: Language,
): LibraryText {
  const { contentId, variantId } = block;
  const refuse = (what: string): never => {
    throw new Error(`The content "${contentId}" ${what}, but a composition names it.`);
  };
  const offer = block.kind === 'experimental' ? library.offers.get(contentId) : undefined;
  const content = offer ?? library.developments.get(contentId) ?? refuse('is not in the library (any more)');
  const text = content[language] ?? refuse(`has no text in "${language}"`);
  const { picture, link } = content;
  const { headline, body, alt, linkLabel } = text;
  const own = { headline, body, picture, alt, linkLabel, bridge: undefined, call: undefined, link };
  if (!offer) return own;
  const unwritten = unwrittenAlleles(offer, variantId, language);
  if (unwritten.length > 0) refuse(`has no ${unwritten.join(', ')} in "${language}" (any more)`);
  const form = { ...own, ...offerForm(offer, variantId, language) };
  return { ...form, bridge: form.bridge ?? bridgeSentence(offer, product, language) };
}

/** The sentence from exactly this product, else from its family; where no bridge leads from it, the one for any. */
function bridgeSentence(
  { bridges, anyBridge }: Offer,
  product: LibraryProduct | string,
  language: Language,
): string | undefined {
  const leading = (from: LibraryProduct) =>
    bridges.find((bridge) => bridge.product === from.key) ??
    bridges.find((bridge) => bridge.family === from.family);
  const bridge = typeof product === 'string' ? undefined : leading(product);
  return (bridge ?? anyBridge)?.[language];
}
