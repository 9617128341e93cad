import type { BlockKind } from '../domain/composition.ts';
import type { Language } from '../domain/customer.ts';
import type { Library } from './library.ts';
import { fillPlaceholders, placeholderValues } from './placeholders.ts';
import type { Development, Offer } from './schema.ts';

/**
 * The headline of a development or offer as a title; its id when the library no longer has it.
 * @param names names of products that only the CRM knows, by id
 */
export function pieceTitle(
  library: Library | null,
  piece: { kind: BlockKind; contentId: string; productKey?: string },
  language: Language,
  names: ReadonlyMap<string, string> = new Map(),
): string {
  const found: Development | Offer | undefined =
    piece.kind === 'proven'
      ? library?.developments.get(piece.contentId)
      : library?.offers.get(piece.contentId);
  const other: Language = language === 'de' ? 'en' : 'de';
  const text = found?.[language] ?? found?.[other];
  if (!text) return piece.contentId;
  const key = piece.productKey ?? aboutProduct(found);
  const product = library?.products.get(key) ?? names.get(key) ?? key;
  return fillPlaceholders(text.headline, placeholderValues(product, language));
}

/** Some product that a piece is about, for a title without a customer. */
function aboutProduct(piece: Development | Offer | undefined): string {
  if (!piece) return '';
  return ('products' in piece ? piece.products[0] : piece.bridges[0]?.product) ?? '';
}
