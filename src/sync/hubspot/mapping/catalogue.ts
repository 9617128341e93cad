import { textOrNull } from '../../clean.ts';
import { parseRatio } from '../../figures.ts';
import type { Problem } from '../../port.ts';
import type { CompanyRow, OwnerRow, ProductRow } from '../../rows.ts';
import { type CrmOwner, type CrmRecord, type Mapped, property, valueOr } from './records.ts';

export function mapOwner(owner: CrmOwner): OwnerRow {
  const name = [textOrNull(owner.firstName), textOrNull(owner.lastName)].filter(Boolean).join(' ');
  return { id: owner.id, name: name === '' ? null : name, email: textOrNull(owner.email) };
}

/** @param names which properties hold what */
export function mapCompany(record: CrmRecord, names: { innovationRatio: string }): Mapped<CompanyRow> {
  const problems: Problem[] = [];
  const ratio = parseRatio(property(record, names.innovationRatio));
  const innovationRatio = valueOr(ratio, null, `company ${record.id}`, problems);
  return { row: { id: record.id, name: property(record, 'name'), innovationRatio }, problems };
}

/** @param names which properties hold what */
export function mapProduct(record: CrmRecord, names: { sku: string; family: string }): Mapped<ProductRow> {
  const sku = property(record, names.sku);
  const name = property(record, 'name');
  const problems: Problem[] = [];
  if (name === null) {
    problems.push({
      record: `product ${record.id}`,
      code: 'product_without_name',
      message: `The product has no name; ${sku ? 'its SKU' : 'its id'} is used.`,
    });
  }
  const family = property(record, names.family);
  return { row: { id: record.id, sku, name: name ?? sku ?? record.id, family }, problems };
}
