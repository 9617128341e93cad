import { LANGUAGES, type Language } from '../domain/customer.ts';
import { BASE, GENES, type Gene } from '../domain/genes.ts';
import { checkBody, checkPlaceholders, LANGUAGE_NAMES } from './check-texts.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';
import type { Offer } from './schema.ts';
import type { Path } from './yaml-file.ts';

/** The other forms of an offer's parts, and its sentence for owners of anything. */
export function checkGenes(offer: Offer, names: Names, report: Report): void {
  for (const gene of GENES) {
    for (const allele of Object.keys(offer.genes[gene])) {
      const path = ['genes', gene, allele];
      if (gene === 'picture') names.picture(offer.genes.picture[allele]?.file, [...path, 'file'], report);
      checkAlleleTexts(offer, gene, allele, path, report);
    }
    checkDifference(offer, gene, report);
  }
  checkAnyBridge(offer, report);
}

function checkAlleleTexts(offer: Offer, gene: Gene, allele: string, path: Path, report: Report): void {
  for (const language of LANGUAGES) {
    const words = offer.genes[gene][allele]?.[language];
    const at = [...path, language];
    if (words === undefined) {
      if (offer[language]) checkAbsence(gene, allele, language, path, report);
    } else if (gene === 'benefit') checkBody(words, at, report);
    else checkPlaceholders(words, at, report);
  }
}

/** A form is tried only where all of it is written; a picture must never go without words for it. */
function checkAbsence(gene: Gene, allele: string, language: Language, path: Path, report: Report): void {
  const name = LANGUAGE_NAMES[language];
  if (gene === 'picture') {
    const message = `the picture "${allele}" has no ${name} alternative text`;
    const hint = `add "${language}: …" to it, saying what is seen`;
    report({ path, code: 'picture_without_alt', message, hint });
    return;
  }
  report({
    path,
    code: 'allele_without_text',
    severity: 'warning',
    message: `${gene} "${allele}" has no ${name} text: readers of ${name} never see it`,
    hint: `add "${language}:" to it`,
  });
}

/** What says the same as something else teaches nothing: two names would share one effect. */
function checkDifference(offer: Offer, gene: Gene, report: Report): void {
  const alleles = offer.genes[gene];
  const hint = 'write it differently, or leave it out: there is nothing to learn between the two';
  for (const language of gene === 'picture' ? (['file'] as const) : LANGUAGES) {
    const seen = new Map<string, string>();
    const own = ownForm(offer, gene, language);
    if (own !== undefined) seen.set(sameKey(own), BASE);
    for (const [allele, forms] of Object.entries(alleles)) {
      const form = (forms as Partial<Record<typeof language, string>>)[language];
      if (form === undefined) continue;
      const same = seen.get(sameKey(form));
      seen.set(sameKey(form), same ?? allele);
      if (same === undefined) continue;
      const what = language === 'file' ? 'shows' : `says in ${LANGUAGE_NAMES[language]}`;
      const other = same === BASE ? 'the offer itself' : `"${same}"`;
      const message = `${gene} "${allele}" ${what} the same as ${other}`;
      const path = ['genes', gene, allele, language];
      report({ path, code: 'duplicate_allele', severity: 'warning', message, hint });
    }
  }
}

/** The offer's own form of a part, as far as it has one that holds for every customer. */
function ownForm(offer: Offer, gene: Gene, language: Language | 'file'): string | undefined {
  if (language === 'file') return offer.picture;
  if (gene === 'headline') return offer[language]?.headline;
  if (gene === 'benefit') return offer[language]?.body;
  if (gene !== 'bridge') return undefined;
  const sentences = new Set(offer.bridges.map((bridge) => bridge[language]));
  return sentences.size === 1 ? [...sentences][0] : undefined;
}

const sameKey = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

function checkAnyBridge(offer: Offer, report: Report): void {
  const { anyBridge } = offer;
  if (!anyBridge) return;
  for (const language of LANGUAGES) {
    checkPlaceholders(anyBridge[language], ['anyBridge', language], report);
    if (anyBridge[language] !== undefined || !offer[language]) continue;
    const name = LANGUAGE_NAMES[language];
    report({
      path: ['anyBridge'],
      code: 'missing_language',
      severity: 'warning',
      message: `no ${name} sentence: in a new pairing, readers of ${name} are not told what the offer has to do with theirs`,
      hint: `add "${language}:" to it`,
    });
  }
}
