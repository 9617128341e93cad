import type { Product } from '../domain/customer.ts';
import type { Question } from './question-schema.ts';
import type { Development, LibraryProduct, Offer, Settings } from './schema.ts';

/** All content, checked and at hand: what `loadLibrary` returns. */
export interface Library {
  settings: Settings;
  products: ReadonlyMap<string, LibraryProduct>;
  developments: ReadonlyMap<string, Development>;
  offers: ReadonlyMap<string, Offer>;
  /** The question catalogue: what to ask customers next, by id. */
  questions: ReadonlyMap<string, Question>;
  /** Folder of the pictures. */
  picturesDir: string;
  /** Changes whenever any file changes: the compiled templates are kept per version. */
  version: string;
}

/**
 * The library's product for a CRM product: by SKU, then by exact name (either language, or one of `names`).
 * Undefined when nobody has described the product yet; mails then use its CRM name with the safe grammar.
 */
export type ProductMatcher = (product: Product) => LibraryProduct | undefined;
