import { BATCH_READ, type HubSpotApi } from '../api.ts';
import { garbled, sortRead } from '../batch-answer.ts';
import type { HubSpotConnection } from '../connection.ts';
import { chunksOf } from '../paging.ts';
import type { EngagementType } from './engagement-types.ts';
import { carries } from './mark-in-text.ts';

/** What a look into the CRM shows of marks. */
export interface Found {
  /** Ids of notes or tasks, by mark. */
  written: Map<string, string>;
  /** Marks that may stand in something which HubSpot could not read. */
  unclear: Set<string>;
}

/**
 * Which marks stand in a note or task of these contacts already. Associations and records are read as they are; the
 * search would not do, because its index lags behind by seconds or minutes. The newest are read first, and no more
 * than needed: a contact may have thousands.
 * @param sought marks, with the contact each is expected on
 */
export async function findWritten(
  { api, connection, signal }: { api: HubSpotApi; connection: HubSpotConnection; signal: AbortSignal },
  { type, text }: EngagementType<'note'> | EngagementType<'task'>,
  sought: readonly { mark: string; contactId: string }[],
): Promise<Found> {
  const contacts = [...new Set(sought.map(({ contactId }) => contactId))];
  const associated = await api.associations('contacts', type, contacts);
  const ids = [...new Set([...associated.values()].flat())].sort(newestFirst);
  const written = new Map<string, string>();
  const unread = new Set<string>();
  for (const asked of chunksOf(ids, BATCH_READ)) {
    const left = sought.filter(({ mark }) => !written.has(mark));
    if (left.length === 0) break;
    const { records, unreadable } = await connection.call('general', type, signal, async ({ crm }) => {
      const inputs = asked.map((id) => ({ id }));
      const body = { inputs, properties: [text], propertiesWithHistory: [] };
      const sorted = sortRead(await crm.objects.batchApi.read(type, body, false), asked);
      return sorted.unsaid.length === 0 ? sorted : garbled(`it could not tell some ${type}`);
    });
    for (const { id } of unreadable) unread.add(id);
    for (const { id, properties } of records) {
      const html = properties[text] ?? '';
      const mark = left.find((each) => carries(html, each.mark))?.mark;
      if (mark !== undefined && !written.has(mark)) written.set(mark, id);
    }
  }
  const unclear = sought.filter(
    ({ mark, contactId }) => !written.has(mark) && associated.get(contactId)?.some((id) => unread.has(id)),
  );
  return { written, unclear: new Set(unclear.map(({ mark }) => mark)) };
}

/** HubSpot's ids are numbers that grow. */
const newestFirst = (a: string, b: string): number => b.length - a.length || (b > a ? 1 : b < a ? -1 : 0);
