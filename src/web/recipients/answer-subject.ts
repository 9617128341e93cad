import { LANGUAGES, type Language } from '../../domain/customer.ts';
import type { ShownBlock } from '../../feedback/shown-block.ts';
import { productName } from '../../library/grammar.ts';
import { headlineOf } from '../../library/piece-title.ts';
import { fillPlaceholders, placeholderValues } from '../../library/placeholders.ts';
import type { WebContext } from '../context.ts';
import { crmName } from './question.ts';

/** What an answer is about. Plain text: escape it. */
export interface AnswerSubject {
  headline: string;
  /** Of the headline, when the page's is another one. */
  lang: Language | null;
  product: string;
}

/**
 * The headline that a block had, and the product it was tied to: in the page's language, else as it was in the mail. Null
 * when the library no longer has it.
 */
export async function subjectOf(
  context: WebContext,
  block: ShownBlock,
  pageLanguage: Language,
): Promise<AnswerSubject | null> {
  const library = await context.publicContent.library();
  const pieces = block.kind === 'proven' ? library?.developments : library?.offers;
  const piece = pieces?.get(block.contentId);
  const language = [pageLanguage, block.language, ...LANGUAGES].find((each) => piece?.[each]);
  const headline = piece && language && headlineOf(piece, block.variantId, language);
  if (!library || !headline) return null;
  const product = library.products.get(block.productKey) ?? (await crmName(context, block.productKey));
  return {
    headline: fillPlaceholders(headline, placeholderValues(product, language)),
    lang: language === pageLanguage ? null : language,
    product: productName(product, pageLanguage),
  };
}
