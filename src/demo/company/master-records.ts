import { CATALOGUE } from './catalogue.ts';
import { SET_RATIOS } from './contact.ts';
import { type Dice, pick } from './dice.ts';
import { idAt } from './ids.ts';
import { organisation } from './organisation.ts';
import { DAY, type DemoRecord, HISTORY_DAYS, iso } from './record.ts';

function companyCreated(roll: Dice, company: number, midnight: number): number {
  return Math.floor(midnight - DAY - roll('company age', company) * HISTORY_DAYS * DAY);
}

/** When a company was last changed, epoch ms. */
export function companyModified(roll: Dice, company: number, midnight: number): number {
  const created = companyCreated(roll, company, midnight);
  return Math.floor(created + roll('company touched', company) ** 0.4 * (midnight - 1 - created));
}

export function companyRecord(roll: Dice, company: number, midnight: number): DemoRecord {
  const { name, domain, region } = organisation(roll, company);
  const createdAt = companyCreated(roll, company, midnight);
  const hasRatio = roll('company ratio', company) < 0.2;
  const ratio = hasRatio ? pick(SET_RATIOS, roll('company ratio value', company)) : null;
  const country = pick(region.countryTexts, roll('company country', company));
  const properties = { name, domain, country, innovation_ratio: ratio, createdate: iso(createdAt) };
  return {
    id: idAt('companies', company),
    properties,
    createdAt,
    updatedAt: companyModified(roll, company, midnight),
  };
}

/** When a product was last changed, epoch ms. */
export function productModified(roll: Dice, place: number, midnight: number): number {
  return Math.floor(midnight - 1 - roll('product touched', place) * 400 * DAY);
}

export function productRecord(roll: Dice, place: number, midnight: number): DemoRecord | undefined {
  const product = CATALOGUE[place];
  if (!product) return undefined;
  const createdAt = midnight - HISTORY_DAYS * DAY;
  const properties = {
    name: product.name,
    hs_sku: product.sku,
    price: String(product.price),
    description: product.description,
    product_family: product.family,
    createdate: iso(createdAt),
  };
  return {
    id: idAt('products', place),
    properties,
    createdAt,
    updatedAt: productModified(roll, place, midnight),
  };
}
