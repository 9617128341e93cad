import type { ProductMatcher } from '../../library/library.ts';
import { createProductMatcher } from '../../library/match.ts';
import type { WebContext } from '../context.ts';

/**
 * What storing something about customers takes: how CRM products are found in the library, and in which time zone "today"
 * is told. Without a usable library products go by their CRM names.
 */
export async function customerTools(
  context: WebContext,
): Promise<{ matchProduct: ProductMatcher; timeZone: string; now: Date }> {
  const library = await context.publicContent.library();
  return {
    matchProduct: library ? createProductMatcher(library) : () => undefined,
    timeZone: library?.settings.nightly.timeZone ?? 'Europe/Berlin',
    now: context.now(),
  };
}
