import { LANGUAGES } from '../domain/customer.ts';
import { checkGenes } from './check-genes.ts';
import { checkQuestion } from './check-questions.ts';
import { checkPlaceholders, checkTexts } from './check-texts.ts';
import { checkTimeZone, checkTiming } from './check-timing.ts';
import { cronProblem } from './cron.ts';
import { nameKey, namesOf as productNames, skuKey } from './match.ts';
import { type Names, namesOf } from './names.ts';
import { dotted } from './paths.ts';
import type { Problem } from './problem.ts';
import type { Question } from './question-schema.ts';
import { type Report, reporter, type Sourced } from './report.ts';
import type { Bridge, Development, LibraryProduct, Offer, Settings } from './schema.ts';
import type { Path } from './yaml-file.ts';

/** All files of a library that have the right shape. */
export interface LibraryFiles {
  settings: Sourced<Settings> | null;
  products: ReadonlyMap<string, Sourced<LibraryProduct>>;
  developments: ReadonlyMap<string, Sourced<Development>>;
  offers: ReadonlyMap<string, Sourced<Offer>>;
  questions: ReadonlyMap<string, Sourced<Question>>;
  /** Names of the pictures at hand. */
  pictures: readonly string[];
  /** Product keys of files that are there but do not fit: naming them is no second error. */
  brokenProducts?: readonly string[];
  /** The same for ids of developments and offers. */
  brokenContents?: readonly string[];
}

/** Everything that can only be seen with all files at hand, or that a schema cannot say. Pure. */
export function checkLibrary(files: LibraryFiles): Problem[] {
  const problems: Problem[] = [];
  const names = namesIn(files);
  if (files.settings) checkSettings(files.settings.content, names, reporter(files.settings.yaml, problems));
  checkIdentities(files.products, problems);
  for (const { content, yaml } of files.developments.values()) {
    checkDevelopment(content, names, reporter(yaml, problems));
  }
  for (const { content, yaml } of files.offers.values()) {
    const report = reporter(yaml, problems);
    checkOffer(content, names, report);
    if (files.developments.has(content.id)) {
      const message = `a development is called "${content.id}" too`;
      const hint = 'rename one of the two files: what customers have seen is remembered by this name';
      report({ path: [], code: 'duplicate_id', message, hint });
    }
  }
  for (const { content, yaml } of files.questions.values()) {
    checkQuestion(content, names, reporter(yaml, problems));
  }
  return problems;
}

function namesIn(files: LibraryFiles): Names {
  const { products, developments, offers, pictures, brokenProducts = [], brokenContents = [] } = files;
  return namesOf({
    product: [...products.keys(), ...brokenProducts],
    // with a broken product file its family is not known
    family:
      brokenProducts.length > 0
        ? null
        : [...new Set([...products.values()].map(({ content }) => content.family))],
    picture: pictures,
    content: [...developments.keys(), ...offers.keys(), ...brokenContents],
  });
}

function checkSettings(settings: Settings, names: Names, report: Report): void {
  for (const [part, hint] of [
    ['nightly', 'e.g. "30 3 * * *": every night at half past three'],
    ['report', 'e.g. "0 7 * * *": every morning at seven'],
  ] as const) {
    const wrong = cronProblem(settings[part].cron);
    if (wrong) report({ path: [part, 'cron'], code: 'bad_cron', message: wrong, hint });
  }
  checkTimeZone(settings.nightly.timeZone, ['nightly', 'timeZone'], report);
  checkTiming(settings.timing, report);
  names.picture(settings.company.logo, ['company', 'logo'], report);
}

/** A CRM product must not be two library products: SKUs and names belong to one file each. */
function checkIdentities(products: LibraryFiles['products'], problems: Problem[]): void {
  const owners = new Map<string, string>();
  for (const { content, yaml } of products.values()) {
    const report = reporter(yaml, problems);
    const claim = (code: 'duplicate_sku' | 'duplicate_name', name: string, path: Path): void => {
      const owner = owners.get(`${code} ${name}`);
      if (owner === undefined) owners.set(`${code} ${name}`, yaml.file);
      else
        report({
          path,
          code,
          message: `"${name}" belongs to ${owner} already`,
          hint: 'keep it in one of the two',
        });
    };
    for (const [index, sku] of content.skus.entries()) claim('duplicate_sku', skuKey(sku), ['skus', index]);
    for (const name of productNames(content)) claim('duplicate_name', name, pathOfName(content, name));
  }
}

function pathOfName(product: LibraryProduct, name: string): Path {
  const language = LANGUAGES.find((each) => nameKey(product[each].name) === name);
  return language
    ? [language, 'name']
    : ['names', product.names.findIndex((other) => nameKey(other) === name)];
}

function checkDevelopment(development: Development, names: Names, report: Report): void {
  const { products, families } = development;
  if (products.length + families.length === 0) {
    const hint = 'add "products:" or "families:" with a list';
    report({ path: [], code: 'about_nothing', message: 'nothing says which products this is about', hint });
  }
  for (const [index, key] of products.entries()) names.product(key, ['products', index], report);
  for (const [index, family] of families.entries()) names.family(family, ['families', index], report);
  checkFacts(development, names, report);
}

function checkOffer(offer: Offer, names: Names, report: Report): void {
  names.product(offer.product, ['product'], report);
  const sources = new Set<string>();
  for (const [index, bridge] of offer.bridges.entries()) {
    const path = ['bridges', index];
    checkBridge(bridge, path, offer, names, report);
    if ((bridge.product === undefined) === (bridge.family === undefined)) continue;
    const source = bridge.product ? `product "${bridge.product}"` : `family "${bridge.family}"`;
    if (sources.has(source)) {
      const hint = 'whether the offer is similar to what is owned must have one answer';
      report({ path, code: 'duplicate_bridge', message: `a second bridge from the ${source}`, hint });
    }
    sources.add(source);
  }
  checkFacts(offer, names, report);
  checkGenes(offer, names, report);
}

function checkBridge(bridge: Bridge, path: Path, offer: Offer, names: Names, report: Report): void {
  const { product, family } = bridge;
  if (product === undefined && family === undefined) {
    const message = `${dotted(path)} names neither a product nor a family`;
    report({ path, code: 'bridge_without_source', message, hint: 'add "product:" or "family:"' });
  } else if (product !== undefined && family !== undefined) {
    const message = `${dotted(path)} names both a product and a family`;
    report({ path, code: 'bridge_with_two_sources', message, hint: 'make two bridges of it' });
  }
  names.product(product, [...path, 'product'], report);
  names.family(family, [...path, 'family'], report);
  if (product !== undefined && product === offer.product) {
    const message = `owners of "${product}" are never offered it, so nothing can follow from owning it`;
    report({
      path: [...path, 'product'],
      code: 'bridge_from_itself',
      message,
      hint: 'write a development instead',
    });
  }
  for (const language of LANGUAGES) checkPlaceholders(bridge[language], [...path, language], report);
}

/** What developments and offers have in common. */
function checkFacts(content: Development | Offer, names: Names, report: Report): void {
  if (content.until !== undefined && content.until < content.published) {
    const message = `"until" (${content.until}) is before "published" (${content.published})`;
    report({ path: ['until'], code: 'until_before_published', message });
  }
  names.picture(content.picture, ['picture'], report);
  for (const [index, key] of (content.sells ?? []).entries()) names.product(key, ['sells', index], report);
  checkTexts(content, report);
}
