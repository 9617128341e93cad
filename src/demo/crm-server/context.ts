import type { Faults } from './faults.ts';
import type { Definitions } from './properties-defined.ts';
import type { Store } from './store.ts';

/** What the handlers of all resources share. */
export interface CrmContext {
  store: Store;
  defined: Definitions;
  faults: Faults;
  /** A merge makes a new record of the two. */
  mergesMakeNew: boolean;
  /** Contact id by address, ignoring case; the first one if several share it. */
  contactByEmail(email: string): number | undefined;
}
