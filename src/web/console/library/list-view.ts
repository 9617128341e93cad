import { LANGUAGES, type Language } from '../../../domain/customer.ts';
import { KINDS, type Kind, placeOfFile } from '../../../library/edit/place.ts';
import { usedBy } from '../../../library/edit/used-by.ts';
import { productName } from '../../../library/grammar.ts';
import type { Library } from '../../../library/library.ts';
import type { Problem } from '../../../library/problem.ts';
import type { Development, Offer } from '../../../library/schema.ts';
import { share } from '../campaigns/results.ts';
import { titleOf } from './tools.ts';
import { sumOf, type Use } from './use.ts';

/** What the list may be narrowed to: never shown, over or not yet begun, worn out, with something wrong. */
export const SHOW = ['all', 'unseen', 'over', 'worn', 'wrong'] as const;
type Show = (typeof SHOW)[number];

/** An offer is worn out when so many of those who saw it have seen it as often as anybody may. */
const WORN_OUT = 0.5;

/** What the main templates are for. */
const MAIL: Readonly<Record<string, string>> = {
  'newsletter.mjml': 'newsletter',
  'newsletter.txt': 'text',
  'words.yaml': 'words',
};

interface Given {
  asked: { kind: Kind; q: string; product: string; show: Show };
  library: Library;
  problems: readonly Problem[];
  use: Use | null;
  /** Campaigns whose mails are on their way. */
  underWay: ReadonlySet<string>;
  /** Names of the mail's templates. */
  files: readonly string[];
  pictures: readonly { id: string; bytes: number }[];
  language: Language;
  /** ISO 8601 date */
  today: string;
}

/** The list of one kind, as it is narrowed. Pure. */
export function listView(given: Given) {
  const { asked, library, language } = given;
  const wrong = Map.groupBy(given.problems, ({ file }) => file);
  const { products } = library;
  const isPiece = asked.kind === 'developments' || asked.kind === 'offers';
  const link = (other: Partial<Given['asked']>) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...asked, ...other }))
      if (value !== '' && value !== 'all' && value !== 'developments') search.set(name, value);
    return `library?${search}`;
  };
  return {
    kind: asked.kind,
    is: { [asked.kind]: true },
    isPiece,
    asked,
    tabs: KINDS.map((kind) => ({
      link:
        kind === 'settings'
          ? 'library/settings/settings'
          : link({ kind, show: 'all', product: '', q: asked.q }),
      word: `library.kind.${kind}`,
      chosen: kind === asked.kind,
    })),
    shows: (isPiece ? SHOW.filter((show) => show !== 'worn' || asked.kind === 'offers') : []).map((show) => ({
      link: link({ show }),
      word: `library.show.${show}`,
      chosen: show === asked.show,
    })),
    products: [...products.keys()]
      .map((key) => ({ key, name: productName(products.get(key) ?? key, language) }))
      .sort((a, b) => a.name.localeCompare(b.name, language)),
    rows: rowsOf(given).filter(
      (row) =>
        matches(row.words, asked.q) &&
        (asked.product === '' || !isPiece || row.about.includes(asked.product)) &&
        (asked.show === 'all' || row.signs[asked.show]),
    ),
    counting: given.use === null,
    counted: given.use?.at ?? null,
    mistakes: [...wrong].map(([file, problems]) => ({
      file,
      place: placeOfFile(file),
      problem: problems[0],
      more: problems.length - 1,
    })),
    errors: given.problems.filter(({ severity }) => severity === 'error').length,
  };

  function rowsOf(all: Given) {
    const ids: Record<Kind, readonly string[]> = {
      developments: [...library.developments.keys()],
      offers: [...library.offers.keys()],
      products: [...products.keys()],
      questions: [...library.questions.keys()],
      pictures: all.pictures.map(({ id }) => id),
      mail: all.files,
      settings: [],
    };
    const rows = ids[asked.kind].map((id) => rowOf(id, all, wrong));
    const highest = Math.max(0.05, ...rows.flatMap(({ range }) => range?.high ?? []));
    return rows
      .map(({ range, ...row }) => ({
        ...row,
        rate: range && {
          per100: 100 * range.mean,
          low: 100 * range.low,
          high: 100 * range.high,
          x: (100 * range.low) / highest,
          width: Math.max(1, (100 * (range.high - range.low)) / highest),
          middle: (100 * range.mean) / highest,
        },
      }))
      .sort((a, b) => b.published.localeCompare(a.published) || a.title.localeCompare(b.title, language));
  }
}

function rowOf(id: string, given: Given, wrong: ReadonlyMap<string, Problem[]>) {
  const { library, use, language, today } = given;
  const { kind } = given.asked;
  const piece = kind === 'developments' ? library.developments.get(id) : library.offers.get(id);
  const sum = piece && use ? sumOf(use, id) : null;
  const worn = use?.worn.get(id);
  const file = kind === 'pictures' ? `pictures/${id}` : `${kind}/${id}.yaml`;
  const mistakes = wrong.get(file) ?? [];
  const uses = kind === 'products' || kind === 'pictures' ? usedBy(library, { kind, id }) : [];
  const about = piece ? aboutOf(library, piece) : [];
  const title = titleOf(library, { kind, id }, language);
  const product = kind === 'products' ? library.products.get(id) : undefined;
  const question = kind === 'questions' ? library.questions.get(id) : undefined;
  return {
    id,
    title,
    about,
    names: about.map((key) => productName(library.products.get(key) ?? key, language)),
    published: piece?.published ?? '',
    until: piece?.until ?? null,
    untold: piece ? LANGUAGES.filter((each) => !piece[each]) : [],
    shown: sum?.shown ?? 0,
    range: sum && sum.shown > 0 ? share(sum.answered, sum.shown) : null,
    running: Boolean(piece && use?.campaigns.get(id)?.some((each) => given.underWay.has(each.campaignId))),
    forms: piece && 'genes' in piece ? genesOf(piece) : 0,
    signs: {
      all: true,
      unseen: piece !== undefined && use !== null && sum === null,
      over: piece !== undefined && ((piece.until ?? '9') < today || piece.published > today),
      worn: worn !== undefined && worn.worn / worn.people >= WORN_OUT,
      wrong: mistakes.length > 0,
    },
    ended: (piece?.until ?? '9') < today,
    coming: (piece?.published ?? '') > today,
    mistakes: mistakes.length,
    says: kind === 'mail' ? `library.mail.${MAIL[id] ?? 'partial'}` : null,
    family: product?.family ?? '',
    uses: uses.length,
    ask: question?.ask ?? null,
    said: use?.said.get(id) ?? 0,
    kilobytes: (given.pictures.find((each) => each.id === id)?.bytes ?? 0) / 1000,
    words: [id, title, piece?.de?.headline, piece?.en?.headline, piece?.de?.body, piece?.en?.body].join('\n'),
  };
}

/** Keys of the products that a piece is about, those of its families among them. */
function aboutOf(library: Library, piece: Development | Offer): string[] {
  const ways = 'bridges' in piece ? piece.bridges : [];
  const products =
    'products' in piece ? piece.products : [...ways.map(({ product }) => product), piece.product];
  const families = 'families' in piece ? piece.families : ways.map(({ family }) => family);
  const ofFamilies = [...library.products.values()].filter(({ family }) => families.includes(family));
  const keys = [...products, ...ofFamilies.map(({ key }) => key)];
  return [...new Set(keys.filter((key) => key !== undefined))];
}

/** How many other texts and pictures an offer may be bred from. */
const genesOf = ({ genes }: Offer): number =>
  Object.values(genes).reduce((sum, alleles) => sum + Object.keys(alleles).length, 0);

/** Every word of the search is in the text somewhere. */
const matches = (text: string, search: string): boolean => {
  const haystack = text.toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
};
