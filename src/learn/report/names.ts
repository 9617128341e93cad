import type { Language } from '../../domain/customer.ts';
import { BASE, GENES, type Gene, genomeOf } from '../../domain/genes.ts';
import { productName } from '../../library/grammar.ts';
import type { Library } from '../../library/library.ts';
import { pieceTitle } from '../../library/piece-title.ts';
import { fillPlaceholders, placeholderValues } from '../../library/placeholders.ts';

/** What things are called in one language. */
export interface Names {
  offer(offerId: string): string;
  development(id: string): string;
  product(productKey: string): string;
  /** What an allele says, in quotation marks, shortened; its own name where the library has it no more. */
  allele(offerId: string, gene: Gene, allele: string): string;
  /** The sentence for owners of any product; null: the offer has none. */
  anyBridge(offerId: string, productKey: string): string | null;
  /** "headline “Who notices?”, question “See it?”"; for the offer's own form `written`. */
  form(offerId: string, variantId: string): string;
  /** Few letters, for plots: "headline as-question". */
  shortForm(variantId: string): string;
}

/** Words for the genes, and for the form that has all the offer's own texts. */
export interface GeneWords {
  genes: Readonly<Record<Gene, string>>;
  written: string;
}

const LONGEST = 70;

/** @param crm names of products that only the CRM knows, by id */
export function namesIn(
  language: Language,
  given: { library: Library; crm: ReadonlyMap<string, string>; words: GeneWords },
): Names {
  const { library, crm, words } = given;
  const quote = (text: string) => (language === 'de' ? `„${text}“` : `“${text}”`);
  const product = (key: string) => productName(library.products.get(key) ?? crm.get(key) ?? key, language);

  const filled = (text: string, key: string) =>
    quote(
      shortened(
        fillPlaceholders(text, placeholderValues(library.products.get(key) ?? crm.get(key) ?? key, language)),
      ),
    );
  const either = (texts: { de?: string | undefined; en?: string | undefined } | undefined) =>
    texts?.[language] ?? texts?.[language === 'de' ? 'en' : 'de'];

  function allele(offerId: string, gene: Gene, name: string): string {
    const offer = library.offers.get(offerId);
    const text = either(offer?.genes[gene][name]);
    return text === undefined ? quote(name) : filled(text, offer?.bridges[0]?.product ?? '');
  }

  const parts = (variantId: string) => {
    const genome = genomeOf(variantId);
    return GENES.flatMap((gene) => {
      const name = genome[gene] ?? BASE;
      return name === BASE ? [] : [{ gene, name }];
    });
  };

  return {
    offer: (offerId) => pieceTitle(library, { kind: 'experimental', contentId: offerId }, language, crm),
    development: (id) => pieceTitle(library, { kind: 'proven', contentId: id }, language, crm),
    product,
    allele,
    anyBridge(offerId, productKey) {
      const text = either(library.offers.get(offerId)?.anyBridge);
      return text === undefined ? null : filled(text, productKey);
    },
    form(offerId, variantId) {
      const found = parts(variantId).map(
        ({ gene, name }) => `${words.genes[gene]} ${allele(offerId, gene, name)}`,
      );
      return found.length === 0 ? words.written : found.join(', ');
    },
    shortForm(variantId) {
      const found = parts(variantId).map(({ gene, name }) => `${words.genes[gene]} ${name}`);
      return found.length === 0 ? words.written : found.join(' + ');
    },
  };
}

/** One line, without Markdown's marks, cut at a word. */
function shortened(text: string): string {
  const line = text
    .replace(/[*_`#>]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= LONGEST) return line;
  return `${line.slice(0, line.lastIndexOf(' ', LONGEST - 1)).replace(/[,;:.]$/, '')} …`;
}
