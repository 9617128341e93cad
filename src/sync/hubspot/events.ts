import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CrmEvent } from '../inbox.ts';
import type { CrmReference } from '../port.ts';

/** The event that says: this person was deleted for good (GDPR), so nobody may keep them. */
export const PRIVACY_DELETION = 'contact.privacyDeletion';

/** Our objects by their names in events, and by HubSpot's numbers for object types. */
const OURS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    contact: 'contacts',
    '0-1': 'contacts',
    company: 'companies',
    '0-2': 'companies',
    deal: 'deals',
    '0-3': 'deals',
    product: 'products',
    '0-7': 'products',
    line_item: 'line_items',
    '0-8': 'line_items',
    subscription: 'subscriptions',
    '0-69': 'subscriptions',
    order: 'orders',
    '0-123': 'orders',
  }),
);

/** Objects that say nothing about customers and purchases; contacts are associated with them all day long. */
const OTHERS: ReadonlySet<string> = new Set([
  'ticket',
  'conversation',
  'engagement',
  'call',
  'communication',
  'email',
  'meeting',
  'meeting_event',
  'note',
  'task',
]);

const ACTIONS: ReadonlySet<string> = new Set([
  'creation',
  'deletion',
  'restore',
  'propertyChange',
  'merge',
  'associationChange',
  'privacyDeletion',
]);

/** JSON numbers, or the same as text. */
const id = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,20}$/)]).transform(String);
/** The end of the year 9999: what comes later PostgreSQL does not take. */
const LAST_MS = Date.UTC(10_000, 0) - 1;
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);

/**
 * An event as HubSpot posts it, in either form: `contact.creation`, or `object.creation` with an `objectTypeId`. What is
 * not needed is not looked at: above all not the values of properties.
 */
const posted = z.object({
  subscriptionType: z.string().regex(/^[\w.-]{1,100}$/),
  eventId: maybe(z.union([z.number(), z.string()])),
  portalId: maybe(z.union([z.number(), z.string()])),
  occurredAt: maybe(z.int().nonnegative().max(LAST_MS)),
  objectId: maybe(id),
  objectTypeId: maybe(z.string()),
  propertyName: maybe(z.string()),
  primaryObjectId: maybe(id),
  newObjectId: maybe(id),
  mergedObjectIds: maybe(z.array(id)),
  associationType: maybe(z.string()),
  associationTypeId: maybe(z.union([z.number(), z.string()])),
  associationRemoved: maybe(z.boolean()),
  fromObjectId: maybe(id),
  fromObjectTypeId: maybe(z.string()),
  toObjectId: maybe(id),
  toObjectTypeId: maybe(z.string()),
});
type Posted = z.infer<typeof posted>;

/**
 * Reads what one webhook request carries. One element that makes no sense does not lose the others.
 * @returns null when it is no list of events at all
 */
export function readEvents(body: unknown): { events: CrmEvent[]; unreadable: number } | null {
  if (typeof body !== 'object' || body === null) return null;
  const elements: unknown[] = Array.isArray(body) ? body : [body];
  const events = elements.flatMap((element) => {
    const read = posted.safeParse(element);
    return read.success ? [eventOf(read.data)] : [];
  });
  return { events, unreadable: elements.length - events.length };
}

function eventOf(event: Posted): CrmEvent {
  const named = namedIn(event);
  return {
    kind: event.subscriptionType,
    occurredAt: event.occurredAt == null ? null : new Date(event.occurredAt),
    records: Array.isArray(named) ? named : [],
    dedupeKey: keyOf(event),
    outcome: Array.isArray(named) ? null : named,
  };
}

/** The records to look at again; `ignored` when it is about objects that do not matter here. */
function namedIn(event: Posted): CrmReference[] | 'ignored' | 'unknown' {
  const [object = '', action = '', ...more] = event.subscriptionType.split('.');
  if (OTHERS.has(object)) return 'ignored';
  if (!ACTIONS.has(action) || more.length > 0) return 'unknown';
  if (action === 'associationChange') return endsOf(event, object);
  const type = object === 'object' ? event.objectTypeId : object;
  if (object === 'object' && type != null && !OURS.has(type)) return 'ignored';
  const ids = [event.objectId, event.primaryObjectId, event.newObjectId, ...(event.mergedObjectIds ?? [])];
  return records(ids.map((one) => ({ type, id: one })));
}

/** Both ends of an association. The type of the far end may not be told (a label of the account's own). */
function endsOf(event: Posted, object: string): CrmReference[] | 'ignored' | 'unknown' {
  const [first, second] = (event.associationType ?? '').toLowerCase().split('_to_');
  const near = event.fromObjectTypeId ?? (object === 'object' ? first : object);
  const far = event.toObjectTypeId ?? second;
  if (isOther(near) || isOther(far)) return 'ignored';
  return records([
    { type: near, id: event.fromObjectId },
    { type: far, id: event.toObjectId },
  ]);
}

const isOther = (type: string | null | undefined): boolean =>
  type != null && (OTHERS.has(type) || (/^\d+-\d+$/.test(type) && !OURS.has(type)));

/** Those of our types, each once; `unknown` when none is. */
function records(
  named: { type: string | null | undefined; id: string | null | undefined }[],
): CrmReference[] | 'unknown' {
  const found = new Map<string, CrmReference>();
  for (const { type, id } of named) {
    const ours = type == null ? undefined : OURS.get(type);
    if (ours !== undefined && id != null) found.set(`${ours} ${id}`, { type: ours, id });
  }
  return found.size > 0 ? [...found.values()] : 'unknown';
}

/**
 * What makes an event the same one when it is posted again. HubSpot's event id alone is not unique; the number of the
 * attempt differs from one try to the next.
 */
function keyOf(event: Posted): string {
  const { occurredAt, objectId, propertyName, primaryObjectId, mergedObjectIds, newObjectId } = event;
  const { associationType, associationTypeId, associationRemoved, fromObjectId, toObjectId } = event;
  const identity = [
    event.portalId,
    event.subscriptionType,
    event.objectTypeId,
    event.eventId,
    occurredAt,
    objectId,
    propertyName,
    primaryObjectId,
    mergedObjectIds,
    newObjectId,
    [associationType, associationTypeId, associationRemoved, event.fromObjectTypeId, fromObjectId],
    [event.toObjectTypeId, toObjectId],
  ];
  return createHash('sha256')
    .update(JSON.stringify(identity.map((part) => part ?? null)))
    .digest('hex');
}
