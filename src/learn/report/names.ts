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
  /** Where an offer is written: `offers/kamera.yaml`. */
  fileOf(offerId: string): string;
  /** What an allele says, in quotation marks, all of it; its own name where the library has it no more. */
  allele(offerId: string, gene: Gene, allele: string): string;
  /** The sentence for owners of any product; null: the offer has none. */
  anyBridge(offerId: string, productKey: string): string | null;
  /** "headline “Who notices?”, question “See it?”", long texts shortened; for the offer's own form `written`. */
  form(offerId: string, variantId: string): string;
  /** The same with nothing left out: what a person says yes or no to is there in full. */
  wholeForm(offerId: string, variantId: string): string;
  /** What stands behind the few letters: "headline as-question: “Who notices?”". */
  key(offerId: string, variantIds: readonly string[]): string[];
  /** Few letters, where there is no room for texts: "headline as-question". */
  shortForm(variantId: string): string;
}

/** Words for the genes, and for the form that has all the offer's own texts. */
export interface GeneWords {
  genes: Readonly<Record<Gene, string>>;
  written: string;
}

/** Letters of a text in a table. */
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
      oneLine(
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

  function form(offerId: string, variantId: string, say: (text: string) => string): string {
    const found = parts(variantId).map(
      ({ gene, name }) => `${words.genes[gene]} ${say(allele(offerId, gene, name))}`,
    );
    return found.length === 0 ? words.written : found.join(', ');
  }

  return {
    fileOf: (offerId) => `offers/${offerId}.yaml`,
    offer: (offerId) => pieceTitle(library, { kind: 'experimental', contentId: offerId }, language, crm),
    development: (id) => pieceTitle(library, { kind: 'proven', contentId: id }, language, crm),
    product,
    allele,
    anyBridge(offerId, productKey) {
      const text = either(library.offers.get(offerId)?.anyBridge);
      return text === undefined ? null : filled(text, productKey);
    },
    form: (offerId, variantId) => form(offerId, variantId, shortened),
    wholeForm: (offerId, variantId) => form(offerId, variantId, (text) => text),
    key: (offerId, variantIds) => [
      ...new Set(
        variantIds.flatMap((variantId) =>
          parts(variantId).map(
            ({ gene, name }) => `${words.genes[gene]} ${name}: ${shortened(allele(offerId, gene, name))}`,
          ),
        ),
      ),
    ],
    shortForm(variantId) {
      const found = parts(variantId).map(({ gene, name }) => `${words.genes[gene]} ${name}`);
      return found.length === 0 ? words.written : found.join(' + ');
    },
  };
}

/** Without Markdown's marks. */
const oneLine = (text: string): string =>
  text
    .replace(/[*_`#>]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** A quoted text, cut at a word. */
function shortened(quoted: string): string {
  if (quoted.length <= LONGEST + 2) return quoted;
  const end = Math.max(quoted.lastIndexOf(' ', LONGEST), LONGEST / 2);
  return `${quoted.slice(0, end).replace(/[,;:.]$/, '')} …${quoted.at(-1)}`;
}
