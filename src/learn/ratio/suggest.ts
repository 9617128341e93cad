import { ratioFor } from '../../compose/ratio.ts';
import type { Database } from '../../db/connect.ts';
import type { SuggestedRatio } from '../../domain/suggested-ratio.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import { rewardRules } from '../rewards/blocks.ts';
import { type Leanings, leanings } from './hierarchy.ts';
import { type Answerer, loadAnswerers } from './load.ts';
import { suggestRatio } from './rule.ts';

/** Another innovation ratio for all who own a product of the library. */
export type SegmentSuggestion = SuggestedRatio & {
  /** Library key. */
  productKey: string;
  /** How many customers' answers it rests on. */
  customers: number;
};

/** Another innovation ratio for one customer. */
export type CustomerSuggestion = SuggestedRatio & { customerId: string };

/** What the answers of one customer come to. */
export interface Judged {
  customerId: string;
  /** The innovation ratio that holds. */
  ratio: number;
  suggestion: SuggestedRatio | null;
}

/** What suggestions rest on. */
export interface SuggestOptions {
  library: Library;
  matchProduct?: ProductMatcher | undefined;
  now: Date;
  /** What is suggested to customers now, by id: it is not taken back for a trifle. */
  before?: ReadonlyMap<string, SuggestedRatio> | undefined;
}

/**
 * Who has answered less often (older answers count less) is judged by what others answered: that is no suggestion of
 * their own.
 */
const OWN_ANSWERS = 4;

/**
 * Which innovation ratios the answers suggest, for segments and for single customers: only suggestions, and only where
 * it is clear (`rule.ts`).
 */
export async function suggestRatios(
  db: Database,
  options: SuggestOptions,
): Promise<{ segments: SegmentSuggestion[]; customers: CustomerSuggestion[] }> {
  const { segments, customers } = await judge(db, options);
  return {
    segments,
    customers: customers.flatMap(({ customerId, suggestion }) =>
      suggestion ? [{ customerId, ...suggestion }] : [],
    ),
  };
}

/** The same, with everybody who has answered anything and is open to a suggestion. */
export async function judge(
  db: Database,
  { before = new Map(), ...given }: SuggestOptions,
): Promise<{ segments: SegmentSuggestion[]; customers: Judged[] }> {
  const { library } = given;
  const answerers = await loadAnswerers(db, await rewardRules(db, given), library);
  const known = leanings(answerers);
  return {
    segments: forSegments(known, library),
    customers: answerers.flatMap((reader) => {
      if (!reader.open) return [];
      const { customerId } = reader;
      const ratio = currentRatio(reader, library);
      const enough = reader.newEarned + reader.provenEarned >= OWN_ANSWERS;
      const suggestion = enough
        ? suggestRatio(known.of(reader), ratio, before.get(customerId) ?? null)
        : null;
      return [{ customerId, ratio, suggestion }];
    }),
  };
}

function forSegments({ segments }: Leanings<Answerer>, library: Library): SegmentSuggestion[] {
  const { defaultRatio } = library.settings.rules;
  return [...library.products.values()]
    .flatMap(({ key, innovationRatio }) => {
      const segment = segments.get(key);
      const found = segment && suggestRatio(segment.leaning, innovationRatio ?? defaultRatio);
      return found ? [{ productKey: key, customers: segment.readers.length, ...found }] : [];
    })
    .sort((a, b) => b.probability - a.probability || (a.productKey < b.productKey ? -1 : 1));
}

const currentRatio = ({ contactRatio, companyRatio, keys }: Answerer, { products, settings }: Library) =>
  ratioFor({
    contact: contactRatio,
    company: companyRatio,
    segments: keys.flatMap((key) => products.get(key)?.innovationRatio ?? []),
    fallback: settings.rules.defaultRatio,
  }).value;
