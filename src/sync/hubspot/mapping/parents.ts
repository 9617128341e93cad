import type { HubSpotSettings } from '../../../library/schema.ts';
import { dayInGermany } from '../../figures.ts';
import type { PurchaseRow } from '../../rows.ts';
import { type CrmRecord, isYes, madeAt, PARENT_NAME, type ParentType, property } from './records.ts';

/** What the line items of one deal, order or subscription have in common. */
export interface PurchaseHead {
  /** First part of the purchases' ids, e.g. `deal-17`. */
  parent: string;
  purchasedOn: string | null;
  status: PurchaseRow['status'];
}

/** Only won deals are purchases; every order and subscription is one, whatever became of it. */
export function isPurchase(type: ParentType, record: CrmRecord, settings: HubSpotSettings): boolean {
  return type !== 'deals' || isWon(record, settings);
}

/** By the stages that somebody named, all of them in all pipelines, or else by HubSpot's own mark. */
function isWon(record: CrmRecord, { wonStages }: HubSpotSettings): boolean {
  if (Object.keys(wonStages).length === 0) return isYes(property(record, 'hs_is_closed_won'));
  const pipeline = property(record, 'pipeline') ?? '';
  const stages = Object.hasOwn(wonStages, pipeline) ? (wonStages[pipeline] ?? []) : [];
  return stages.includes(property(record, 'dealstage') ?? '');
}

export function mapParent(
  type: ParentType,
  record: CrmRecord,
  { properties }: HubSpotSettings,
): PurchaseHead {
  const date = property(record, properties[type].date);
  const created = property(record, type === 'deals' ? 'createdate' : 'hs_createdate');
  return {
    parent: `${PARENT_NAME[type]}-${record.id}`,
    purchasedOn: dayInGermany(date) ?? dayInGermany(created) ?? dayInGermany(madeAt(record)),
    status: statusOf(type, record, properties),
  };
}

function statusOf(
  type: ParentType,
  record: CrmRecord,
  { orders, subscriptions }: HubSpotSettings['properties'],
): PurchaseRow['status'] {
  switch (type) {
    case 'deals':
      return 'kept';
    case 'orders':
      return orderStatus(property(record, orders.status));
    case 'subscriptions':
      return subscriptionStatus(property(record, subscriptions.status));
  }
}

/**
 * A subscription that ended is owned no longer. One that is unpaid, paused or scheduled still runs, or will
 * (https://knowledge.hubspot.com/subscriptions/manage-subscriptions).
 */
export function subscriptionStatus(text: string | null): PurchaseRow['status'] {
  return /^(cancell?ed|expired|ended)$/i.test(text ?? '') ? 'cancelled' : 'kept';
}

export function orderStatus(text: string | null): PurchaseRow['status'] {
  const status = (text ?? '').toLowerCase().replace(/[\s-]+/g, '_');
  if (/^(cancel+ed|cancel+ation|voided|storniert)$/.test(status)) return 'cancelled';
  if (/^(returned|refunded|retourniert|zurueckgegeben|zurückgegeben|erstattet)$/.test(status))
    return 'returned';
  return 'kept';
}
