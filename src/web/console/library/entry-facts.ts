import type { Language } from '../../../domain/customer.ts';
import { GENES } from '../../../domain/genes.ts';
import type { Place } from '../../../library/edit/place.ts';
import { forYourProduct } from '../../../library/grammar.ts';
import type { Library } from '../../../library/library.ts';
import { share } from '../campaigns/results.ts';
import type { LibraryTools } from './tools.ts';
import { sumOf, type Use } from './use.ts';

/** Campaigns listed, those in which an entry was shown last. */
const CAMPAIGNS = 20;

/** What people want to know of an entry that is not shown in a mail of its own. */
export function factsOf(place: Place, library: Library, language: Language) {
  const piece = library.developments.get(place.id) ?? library.offers.get(place.id);
  if (place.kind === 'developments' || place.kind === 'offers')
    return piece
      ? { published: piece.published, until: piece.until ?? null, link: piece.link ?? null }
      : null;
  if (place.kind === 'products') {
    const product = library.products.get(place.id);
    return product ? { family: product.family, sentence: forYourProduct(product, language) } : null;
  }
  if (place.kind === 'questions') {
    const question = library.questions.get(place.id);
    const text = question?.[language] ?? question?.de ?? question?.en;
    const choices = question?.choices.map(
      (choice) => choice[language] ?? choice.de ?? choice.en ?? choice.id,
    );
    return question ? { ask: question.ask, why: text?.why ?? null, choices } : null;
  }
  return null;
}

/** The other forms that an offer's parts may take, part by part. */
export function genesOf(place: Place, library: Library, language: Language) {
  const offer = place.kind === 'offers' ? library.offers.get(place.id) : undefined;
  if (!offer) return [];
  return GENES.map((gene) => ({
    word: `library.gene.${gene}`,
    alleles: Object.entries(offer.genes[gene]).map(([name, allele]) => ({
      name,
      text: allele[language] ?? null,
      picture: 'file' in allele ? allele.file : null,
    })),
  })).filter(({ alleles }) => alleles.length > 0);
}

/** How often it was shown and answered, and in which campaigns. */
export async function useOf(tools: LibraryTools, place: Place, use: Use | null) {
  if (place.kind !== 'developments' && place.kind !== 'offers')
    return { said: place.kind === 'questions' ? (use?.said.get(place.id) ?? 0) : null };
  if (use === null) return { counting: true };
  const all = (use.campaigns.get(place.id) ?? []).slice(0, CAMPAIGNS);
  const rows = all.length
    ? await tools.db
        .selectFrom('campaigns')
        .select(['id', 'name', 'state'])
        .where(
          'id',
          'in',
          all.map(({ campaignId }) => campaignId),
        )
        .execute()
    : [];
  const sum = sumOf(use, place.id);
  const range = sum && sum.shown > 0 ? share(sum.answered, sum.shown) : null;
  return {
    used: sum,
    rate: range && { per100: 100 * range.mean, low: 100 * range.low, high: 100 * range.high },
    worn: use.worn.get(place.id) ?? null,
    campaigns: all.flatMap(({ campaignId, shown }) => {
      const campaign = rows.find(({ id }) => id === campaignId);
      return campaign ? [{ ...campaign, shown }] : [];
    }),
    counted: use.at,
  };
}
