import { BATCH_READ, type HubSpotApi } from './api.ts';
import { chunksOf } from './paging.ts';

/**
 * Living ones before and after: a contact that is restored in between is seen. Who was archived more than 90 days ago is
 * not shown at all, and counts as gone.
 */
const LOOKS = [{ archived: false }, { archived: true }, { archived: false }];

/** Contacts that HubSpot itself says it does not have: neither living, nor archived, nor merged into another. */
export async function forgottenContacts(api: HubSpotApi, ids: readonly string[]): Promise<Set<string>> {
  let left = [...new Set(ids)];
  for (const { archived } of LOOKS) {
    const missing: string[] = [];
    for (const chunk of chunksOf(left, BATCH_READ)) {
      missing.push(...(await api.missing('contacts', chunk, archived)));
    }
    left = missing;
  }
  return new Set(left);
}
