import type { HubSpotSettings } from '../../../library/schema.ts';
import { parseQuantity } from '../../figures.ts';
import type { Problem } from '../../port.ts';
import type { PurchaseRow } from '../../rows.ts';
import type { ProductIndex } from '../product-index.ts';
import type { PurchaseHead } from './parents.ts';
import { type CrmRecord, isYes, property } from './records.ts';

/** One line item, for each of its customers. */
export interface MappedLine {
  id: string;
  /** Null when nothing could be made of it: its stored state stays. */
  row: Omit<PurchaseRow, 'customerId'> | null;
  problems: Problem[];
}

export function mapLineItem(
  head: PurchaseHead,
  record: CrmRecord,
  products: ProductIndex,
  { properties: { lineItems } }: HubSpotSettings,
): MappedLine {
  const id = `${head.parent}-${record.id}`;
  const name = `purchase ${id}`;
  const problems: Problem[] = [];
  const failed = (code: string, message: string): MappedLine => {
    problems.push({ record: name, code, message: `Skipped, the last known state stays. ${message}` });
    return { id, row: null, problems };
  };

  const quantity = parseQuantity(property(record, lineItems.quantity));
  if (!quantity.ok) return failed(quantity.code, quantity.message);
  if (quantity.note) problems.push({ record: name, ...quantity.note });
  if (head.purchasedOn === null) return failed('date_missing', 'No readable date.');
  const productId = products.recognise({
    productId: property(record, 'hs_product_id'),
    sku: property(record, lineItems.sku),
    name: property(record, 'name'),
  });
  if (!productId) return failed('product_unknown', 'The line item names no product.');
  const cameBack = lineItems.returned !== undefined && isYes(property(record, lineItems.returned));
  // what was cancelled never came, so it can't have come back either
  const status = cameBack && head.status === 'kept' ? 'returned' : head.status;
  return {
    id,
    row: { id, productId, quantity: quantity.value, purchasedOn: head.purchasedOn, status },
    problems,
  };
}
