import type { Library } from '../../../library/library.ts';
import type { Knowledge } from '../../../render/load-content.ts';
import type { WebContext } from '../../context.ts';
import { countProducts, type ProductCounts } from './count.ts';

/** So long what was counted is shown again. */
const KEEP_MS = 10 * 60_000;
/** Small companies are counted in this time; with large ones the page says that counting goes on. */
const PATIENCE_MS = 60;

/**
 * What was counted last, at once; counts anew behind the page when that is old or about other content.
 * @returns null while it is counted for the first time
 */
export function rememberCounts(context: WebContext): (known: Knowledge) => Promise<ProductCounts | null> {
  const { db, now, log } = context;
  let kept: { library: Library; counts: ProductCounts } | null = null;
  let counting: Promise<void> | null = null;
  return async (known) => {
    const fresh = kept?.library === known.library && now().getTime() - kept.counts.at.getTime() < KEEP_MS;
    if (!fresh) {
      counting ??= countProducts(db, known, now())
        .then((counts) => {
          kept = { library: known.library, counts };
        })
        .catch((error: unknown) => {
          log('error', {
            route: '/products',
            status: 500,
            error: error instanceof Error ? error.name : 'Error',
          });
        })
        .finally(() => {
          counting = null;
        });
      if (kept === null) await Promise.race([counting, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
    }
    return kept?.counts ?? null;
  };
}
