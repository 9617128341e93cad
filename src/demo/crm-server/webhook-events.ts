import { associationTypes } from './association-types.ts';
import type { Change } from './changes.ts';
import { NAMING, type ObjectType } from './object-types.ts';

/**
 * How events are named: `contact.creation`, only for the five object types that had webhooks from the start, or
 * `object.creation` with an `objectTypeId`, for all.
 */
export type EventForm = 'classic' | 'generic';

/** One event of a webhook's body; fields that its kind does not have are left out. */
export interface WebhookEvent {
  eventId: number;
  subscriptionId: number;
  portalId: number;
  appId: number;
  /** Epoch ms. */
  occurredAt: number;
  subscriptionType: string;
  /** 0 for the first try. */
  attemptNumber: number;
  changeSource: string;
  [field: string]: unknown;
}

/** What an event says besides what all of them say. */
export interface EventContent {
  subscriptionType: string;
  [field: string]: unknown;
}

const CLASSIC: ReadonlySet<ObjectType> = new Set([
  'contacts',
  'companies',
  'deals',
  'products',
  'line_items',
]);

/**
 * The event that HubSpot makes of a change, or undefined where it makes none. Sources: the Webhooks API guide and
 * "Create generic webhook subscriptions" in HubSpot's documentation.
 */
export function eventOf(change: Change, form: EventForm): EventContent | undefined {
  if (change.kind === 'privacyDeletion') {
    return change.type === 'contacts'
      ? { subscriptionType: 'contact.privacyDeletion', objectId: change.id, changeFlag: 'DELETED' }
      : undefined;
  }
  const type = change.kind === 'associationChange' ? change.from : change.type;
  if (form === 'classic' && !CLASSIC.has(type)) return undefined;
  // an order's properties change, too, but only the generic form tells
  const subscriptionType = `${form === 'classic' ? NAMING[type].singular : 'object'}.${change.kind}`;
  const about = form === 'classic' ? {} : { objectTypeId: NAMING[type].typeId };
  switch (change.kind) {
    case 'creation':
      return { subscriptionType, ...about, objectId: change.id, changeFlag: 'NEW' };
    case 'deletion':
      return { subscriptionType, ...about, objectId: change.id, changeFlag: 'DELETED' };
    case 'restore':
      return { subscriptionType, ...about, objectId: change.id };
    case 'propertyChange': {
      const { id, name, value } = change;
      return { subscriptionType, ...about, objectId: id, propertyName: name, propertyValue: value ?? '' };
    }
    case 'merge':
      return {
        subscriptionType,
        ...about,
        objectId: change.into,
        primaryObjectId: change.winner,
        mergedObjectIds: [change.loser],
        newObjectId: change.into,
        numberOfPropertiesMoved: change.moved,
      };
    case 'associationChange':
      return associationEvent(change, subscriptionType, form);
  }
}

function associationEvent(
  { from, id, to, other, removed }: Extract<Change, { kind: 'associationChange' }>,
  subscriptionType: string,
  form: EventForm,
): EventContent | undefined {
  // products have no associations of their own in webhooks
  if (form === 'classic' && (!CLASSIC.has(to) || from === 'products' || to === 'products')) return undefined;
  const ends = {
    fromObjectId: id,
    toObjectId: other,
    associationRemoved: removed,
    isPrimaryAssociation: false,
  };
  if (form === 'classic') {
    const named = `${NAMING[from].singular}_TO_${NAMING[to].singular}`.toUpperCase();
    return { subscriptionType, associationType: named, ...ends };
  }
  const [kind] = associationTypes(from, to);
  return {
    subscriptionType,
    ...ends,
    fromObjectTypeId: NAMING[from].typeId,
    toObjectTypeId: NAMING[to].typeId,
    associationTypeId: kind?.typeId,
    associationCategory: kind?.category,
  };
}

/**
 * Whether an app has subscribed to an event. A subscription is a type ("contact.creation"); for changes of properties
 * it names one of them ("contact.propertyChange:email"), as HubSpot asks for. Without a property it means all.
 */
export function subscribed(event: EventContent, subscriptions: ReadonlySet<string> | 'all'): boolean {
  if (subscriptions === 'all' || subscriptions.has(event.subscriptionType)) return true;
  return subscriptions.has(`${event.subscriptionType}:${event.propertyName}`);
}
