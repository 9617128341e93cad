import type { Language } from '../../../domain/customer.ts';
import type { CampaignAudience } from '../../../domain/send.ts';
import { productName } from '../../../library/grammar.ts';
import type { Library } from '../../../library/library.ts';
import { pieceTitle } from '../../../library/piece-title.ts';

/** What a campaign is about, by name; nothing means: everyone, everything new. */
export function audienceWords(
  audience: CampaignAudience,
  library: Library | null,
  language: Language,
): string[] {
  const { products = [], families = [], developments = [] } = audience;
  return [
    ...families,
    ...products.map((key) => productName(library?.products.get(key) ?? key, language)),
    ...developments.map((contentId) => pieceTitle(library, { kind: 'proven', contentId }, language)),
  ];
}
