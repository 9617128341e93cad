import type { BlockKind, Composition, LeftOut, LeftReason, RatioAccount } from '../../domain/composition.ts';
import type { Language } from '../../domain/customer.ts';
import { BASE } from '../../domain/genes.ts';
import { ratioSourceWords } from '../../domain/reasons.ts';
import { productName } from '../../library/grammar.ts';
import type { Library } from '../../library/library.ts';
import { pieceTitle } from '../../library/piece-title.ts';

/** A composition in words: why this customer gets exactly this. */
export interface WhyView {
  blocks: {
    number: number;
    kind: BlockKind;
    contentId: string;
    /** The form of an offer; null: as it was written. */
    variantId: string | null;
    title: string;
    product: string;
    reason: string;
    chance: number | null;
  }[];
  left: LeftGroup[];
  leftCount: number;
  ratio: number;
  ratioSource: string;
  due: number;
  shown: number;
  account: { before: AccountView; after: AccountView };
  seed: string;
}

export interface LeftGroup {
  reason: LeftReason;
  pieces: { contentId: string; kind: BlockKind; title: string }[];
}

interface AccountView {
  wanted: number;
  given: number;
  forgiven: number;
}

/** @param names names of products that only the CRM knows, by id */
export function whyView(
  composition: Composition,
  library: Library | null,
  language: Language,
  names: ReadonlyMap<string, string> = new Map(),
): WhyView {
  const product = (key: string) => productName(library?.products.get(key) ?? names.get(key) ?? key, language);
  return {
    blocks: composition.blocks.map((block, position) => ({
      number: position + 1,
      kind: block.kind,
      contentId: block.contentId,
      variantId: block.variantId === BASE ? null : block.variantId,
      title: pieceTitle(library, block, language, names),
      product: product(block.productKey),
      reason: block.reason,
      chance: block.kind === 'experimental' ? block.probability : null,
    })),
    left: leftGroups(composition.left, library, language),
    leftCount: composition.left.length,
    ratio: composition.ratio.value,
    ratioSource: ratioSourceWords(composition.ratio.source, language),
    due: composition.experimentsDue,
    shown: composition.blocks.filter((block) => block.kind === 'experimental').length,
    account: { before: inBlocks(composition.account.before), after: inBlocks(composition.account.after) },
    seed: composition.seed,
  };
}

/** What was left out, by reason: nearest to being told first. */
export function leftGroups(
  left: readonly LeftOut[],
  library: Library | null,
  language: Language,
): LeftGroup[] {
  const groups = new Map<LeftReason, LeftGroup>();
  for (const piece of left) {
    const group = groups.get(piece.reason) ?? { reason: piece.reason, pieces: [] };
    groups.set(piece.reason, group);
    group.pieces.push({
      contentId: piece.contentId,
      kind: piece.kind,
      title: pieceTitle(library, piece, language),
    });
  }
  return [...groups.values()].sort((a, b) => NEARNESS.indexOf(a.reason) - NEARNESS.indexOf(b.reason));
}

const NEARNESS: readonly LeftReason[] = [
  'displaced_by_experiment',
  'lower_rank',
  'not_chosen',
  'consent_needed',
  'already_seen',
  'already_answered',
  'declined',
  'worn_out',
  'no_text_in_language',
  'not_yet_published',
  'expired',
  'not_in_campaign',
  'already_owned',
  'no_bridge',
];

/** Accounts are kept in 1/10,000 blocks; people read blocks. */
const inBlocks = (account: RatioAccount): AccountView => ({
  wanted: account.wanted / 10_000,
  given: account.given,
  forgiven: account.forgiven / 10_000,
});
