import type { BlockKind } from '../../../domain/composition.ts';
import { LANGUAGES, type Language } from '../../../domain/customer.ts';
import { productName } from '../../../library/grammar.ts';
import type { Library } from '../../../library/library.ts';
import { headlineOf } from '../../../library/piece-title.ts';
import { fillPlaceholders, placeholderValues } from '../../../library/placeholders.ts';

/** A block in words: what it said at the top, and the product it was tied to. Plain text. */
export interface About {
  kind: BlockKind;
  headline: string;
  product: string;
}

/** A block that the CRM is told of; `crmName` is the CRM's name of the owned product, where the library has none. */
export interface ToldBlock {
  kind: BlockKind;
  contentId: string;
  variantId: string;
  productKey: string;
  crmName: string | null;
}

/** What a block was about, as its reader read it; content that the library has no more is called by its id. */
export function aboutBlock(
  library: Pick<Library, 'products' | 'developments' | 'offers'>,
  block: ToldBlock,
  language: Language,
): About {
  const { kind, contentId, variantId, productKey, crmName } = block;
  const piece = (kind === 'proven' ? library.developments : library.offers).get(contentId);
  const headline =
    piece && [language, ...LANGUAGES].map((each) => headlineOf(piece, variantId, each)).find(Boolean);
  const product = library.products.get(productKey) ?? crmName ?? '';
  return {
    kind,
    headline: headline ? fillPlaceholders(headline, placeholderValues(product, language)) : contentId,
    product: product === '' ? '' : productName(product, language),
  };
}
