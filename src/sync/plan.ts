import { cleanText } from './clean.ts';
import type { FreshBatch, Merge, Problem } from './port.ts';
import { purchaseParent, ROW_SCHEMAS, type RowOf, type SyncObject } from './rows.ts';

/** What is to be done with one batch: data only, applied by `apply.ts` in one transaction. */
export interface BatchPlan<O extends SyncObject = SyncObject> {
  object: O;
  /** Valid and unique by key. */
  rows: RowOf[O][];
  /** Ids (of purchases: their parents) that the CRM has: never taken for gone by a full pass. */
  seen: string[];
  /** Ids whose stored row stays as it is. */
  unreadable: string[];
  gone: string[];
  /** Customers that live on under another id. */
  merged: Merge[];
  parents: string[];
  problems: Problem[];
}

const NAMES: Record<SyncObject, string> = {
  owners: 'owner',
  companies: 'company',
  products: 'product',
  customers: 'customer',
  purchases: 'purchase',
};

/** Turns a batch into a plan: text cleaned, rows validated, duplicates (the last one counts) taken out. */
export function planBatch(batch: FreshBatch): BatchPlan {
  const { object } = batch;
  const schema = ROW_SCHEMAS[object];
  const rows = new Map<string, RowOf[SyncObject]>();
  const seen = new Set<string>(object === 'purchases' ? batch.parents : batch.unreadable);
  const unreadable = new Set<string>(batch.unreadable);
  const problems: Problem[] = [...(batch.problems ?? [])];

  for (const raw of batch.rows) {
    const { row, damaged } = cleanRow(raw);
    if (damaged.length > 0) {
      problems.push({
        record: recordOf(object, raw),
        code: 'bad_characters',
        message: `${damaged.join(', ')}: characters that cannot be stored were replaced.`,
      });
    }
    const parsed = schema.safeParse(row);
    if (parsed.success) {
      rows.set(keyOf(object, parsed.data), parsed.data);
      seen.add(object === 'purchases' ? purchaseParent(parsed.data.id) : parsed.data.id);
    } else {
      const what = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      problems.push({
        record: recordOf(object, raw),
        code: 'invalid_record',
        message: `Skipped, the last known state stays. ${what}`,
      });
      const id = cleanText(String(raw.id)).text;
      unreadable.add(id);
      seen.add(object === 'purchases' ? purchaseParent(id) : id);
    }
  }
  return {
    object,
    rows: [...rows.values()],
    seen: [...seen],
    unreadable: [...unreadable],
    gone: [...(batch.gone ?? [])],
    merged: [...(batch.merged ?? [])],
    parents: [...new Set(batch.parents)],
    problems,
  };
}

/** The primary key as text; a line item counts for every contact of its deal. */
function keyOf(object: SyncObject, row: RowOf[SyncObject]): string {
  return object === 'purchases' ? `${(row as RowOf['purchases']).customerId}\n${row.id}` : row.id;
}

/** What people are told a problem is with. */
function recordOf(object: SyncObject, raw: RowOf[SyncObject]): string {
  return cleanText(`${NAMES[object]} ${raw.id}`).text;
}

/** The row itself, unless something had to be cleaned. */
function cleanRow(raw: RowOf[SyncObject]): { row: object; damaged: string[] } {
  const cleaned: Record<string, string> = {};
  const damaged: string[] = [];
  for (const [field, value] of Object.entries(raw)) {
    if (typeof value !== 'string') continue;
    const text = cleanText(value);
    if (text.text !== value) cleaned[field] = text.text;
    if (text.damaged) damaged.push(field);
  }
  return { row: Object.keys(cleaned).length > 0 ? { ...raw, ...cleaned } : raw, damaged };
}
