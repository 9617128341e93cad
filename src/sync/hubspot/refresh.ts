import { type CrmReference, type FreshBatch, SyncError } from '../port.ts';
import { PARENT_TYPES, type ParentType } from './mapping.ts';
import {
  freshCatalogue,
  freshContacts,
  freshParents,
  purchasesOf,
  purchasesOfLines,
  type Reader,
} from './reader.ts';

/** What webhooks name, as it is now. In the order in which a full pass reads: what others point at comes first. */
export async function* refreshed(
  reader: Reader,
  references: readonly CrmReference[],
): AsyncGenerator<FreshBatch> {
  const ids = (type: string) => [...new Set(references.filter((r) => r.type === type).map(({ id }) => id))];
  for (const type of ['companies', 'products'] as const) {
    if (ids(type).length > 0) yield await freshCatalogue(reader, type, ids(type));
  }
  const readable = new Set<ParentType>(await readableParents(reader, references));
  for (const type of PARENT_TYPES) {
    if (readable.has(type)) yield* await freshParents(reader, type, ids(type));
  }
  const lines = ids('line_items');
  if (lines.length > 0) {
    yield* await purchasesOfLines(reader, lines);
    yield* await purchasesOf(reader, 'line_items', lines);
  }
  if (ids('contacts').length > 0) yield* await freshContacts(reader, ids('contacts'));
  const known = new Set<string>(['contacts', 'companies', 'products', 'line_items', ...PARENT_TYPES]);
  const unknown = references.find(({ type }) => !known.has(type));
  if (unknown) {
    throw new SyncError('reference_unknown', `HubSpot's ${unknown.type} are not read.`, { ofRecords: true });
  }
}

/** Whether orders can be read is only asked when one is named. */
async function readableParents(reader: Reader, references: readonly CrmReference[]): Promise<ParentType[]> {
  const named = PARENT_TYPES.filter((type) => references.some((reference) => reference.type === type));
  return named.length === 0 ? [] : await reader.availability.types(reader.api);
}
