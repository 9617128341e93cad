import type { BlockKind } from '../domain/composition.ts';
import type { Language } from '../domain/customer.ts';
import { BASE } from '../domain/genes.ts';
import type { Library } from './library.ts';
import { fillPlaceholders, placeholderValues } from './placeholders.ts';
import type { Development, Offer } from './schema.ts';
import { offerForm } from './variant.ts';

/**
 * The headline of a development or offer as a title, in the form that was shown where one is named; its id when the
 * library no longer has it.
 * @param names names of products that only the CRM knows, by id
 */
export function pieceTitle(
  library: Library | null,
  piece: { kind: BlockKind; contentId: string; productKey?: string; variantId?: string },
  language: Language,
  names: ReadonlyMap<string, string> = new Map(),
): string {
  const found: Development | Offer | undefined =
    piece.kind === 'proven'
      ? library?.developments.get(piece.contentId)
      : library?.offers.get(piece.contentId);
  const other: Language = language === 'de' ? 'en' : 'de';
  const headline =
    found && [language, other].map((each) => headlineOf(found, piece.variantId, each)).find(Boolean);
  if (!headline) return piece.contentId;
  const key = piece.productKey ?? aboutProduct(found);
  const product = library?.products.get(key) ?? names.get(key) ?? key;
  return fillPlaceholders(headline, placeholderValues(product, language));
}

/**
 * What stands above a development or offer, placeholders not yet filled; of an offer in one of its forms that form's.
 * @returns undefined when it has no text in that language
 */
export function headlineOf(
  piece: Development | Offer,
  variantId: string | undefined,
  language: Language,
): string | undefined {
  return 'genes' in piece
    ? offerForm(piece, variantId ?? BASE, language)?.headline
    : piece[language]?.headline;
}

/** Some product that a piece is about, for a title without a customer. */
function aboutProduct(piece: Development | Offer | undefined): string {
  if (!piece) return '';
  return ('products' in piece ? piece.products[0] : piece.bridges[0]?.product) ?? '';
}
