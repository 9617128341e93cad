import { BATCH_READ, type HubSpotApi } from '../api.ts';
import { garbled, sortRead } from '../batch-answer.ts';
import type { HubSpotConnection } from '../connection.ts';
import { chunksOf } from '../paging.ts';
import type { EngagementType } from './engagement-types.ts';

/**
 * Which marks stand in a note or task of these contacts already, with its id. Associations and records are read as they
 * are; the search would not do, because its index lags behind by seconds or minutes.
 * @param sought marks, with the contact each is expected on
 */
export async function findWritten(
  { api, connection, signal }: { api: HubSpotApi; connection: HubSpotConnection; signal: AbortSignal },
  { type, text }: EngagementType<'note'> | EngagementType<'task'>,
  sought: readonly { mark: string; contactId: string }[],
): Promise<Map<string, string>> {
  const contacts = [...new Set(sought.map(({ contactId }) => contactId))];
  const associated = await api.associations('contacts', type, contacts);
  const found = new Map<string, string>();
  const ids = [...new Set([...associated.values()].flat())];
  for (const asked of chunksOf(ids, BATCH_READ)) {
    const { records } = await connection.call('general', type, signal, async ({ crm }) => {
      const inputs = asked.map((id) => ({ id }));
      const body = { inputs, properties: [text], propertiesWithHistory: [] };
      const sorted = sortRead(await crm.objects.batchApi.read(type, body, false), asked);
      const { unsaid, unreadable } = sorted;
      return unsaid.length + unreadable.length === 0 ? sorted : garbled(`it could not tell some ${type}`);
    });
    for (const { id, properties } of records) {
      const mark = sought.find((each) => properties[text]?.includes(each.mark))?.mark;
      if (mark !== undefined && !found.has(mark)) found.set(mark, id);
    }
  }
  return found;
}
