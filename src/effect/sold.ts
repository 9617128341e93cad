import type { BlockKind } from '../domain/composition.ts';
import type { Library } from '../library/library.ts';

/** What blocks are meant to sell, for the content that says so by itself. */
export interface Sold {
  /** Content whose products don't depend on who it is shown to. */
  fixed: { kind: BlockKind; contentId: string }[];
  /** What of it sells which library key; content that sells nothing that can be bought is missing. */
  products: { kind: BlockKind; contentId: string; key: string }[];
}

/**
 * What is bought when a block works: what its content names in `sells`; of an offer otherwise its product; of a
 * development otherwise the product that it is about in this mail, which is not part of the answer here (load.ts takes
 * it from the block, as it does for developments that the library no longer has).
 */
export function soldBy(library: Pick<Library, 'developments' | 'offers'>): Sold {
  const named = [
    ...[...library.developments.values()].flatMap(({ id, sells }) =>
      sells === undefined ? [] : [{ kind: 'proven' as const, contentId: id, keys: sells }],
    ),
    ...[...library.offers.values()].map(({ id, sells, product }) => ({
      kind: 'experimental' as const,
      contentId: id,
      keys: sells ?? (product === undefined ? [] : [product]),
    })),
  ];
  return {
    fixed: named.map(({ kind, contentId }) => ({ kind, contentId })),
    products: named.flatMap(({ kind, contentId, keys }) => keys.map((key) => ({ kind, contentId, key }))),
  };
}
