import { BATCH_READ } from '../api.ts';
import { garbled, sortRead } from '../batch-answer.ts';
import type { HubSpotConnection } from '../connection.ts';
import { MERGED_IDS, mergedIds } from '../mapping/merged.ts';
import { chunksOf } from '../paging.ts';

/**
 * Under which ids contacts live by now, by the ids they are known here: another one after a merge that has not been
 * synced yet. Who is archived or gone is left out.
 */
export async function contactsNow(
  connection: HubSpotConnection,
  signal: AbortSignal,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const now = new Map<string, string>();
  for (const asked of chunksOf([...new Set(ids)], BATCH_READ)) {
    const { records, missing } = await connection.call('general', 'contacts', signal, async ({ crm }) => {
      const inputs = asked.map((id) => ({ id }));
      const body = { inputs, properties: [MERGED_IDS], propertiesWithHistory: [] };
      const sorted = sortRead(await crm.objects.batchApi.read('contacts', body, false), asked);
      const { unsaid, unreadable } = sorted;
      return unsaid.length + unreadable.length === 0 ? sorted : garbled('it could not tell some contacts');
    });
    for (const record of records) {
      for (const id of [record.id, ...mergedIds(record)]) if (asked.includes(id)) now.set(id, record.id);
    }
    // one that lives under another id without telling so
    for (const id of asked) if (!now.has(id) && !missing.includes(id)) now.set(id, id);
  }
  return now;
}
