import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEvents } from '../../../src/sync/hubspot/events.ts';

const read = (event: unknown) => readEvents([event])?.events[0];
const named = (event: unknown) => {
  const { outcome, records } = read(event) ?? {};
  return outcome ?? records?.map(({ type, id }) => `${type} ${id}`);
};

describe('an event names what to look at again', () => {
  test.each([
    ['contact.creation', 'contacts'],
    ['contact.deletion', 'contacts'],
    ['contact.restore', 'contacts'],
    ['contact.privacyDeletion', 'contacts'],
    ['company.propertyChange', 'companies'],
    ['deal.propertyChange', 'deals'],
    ['product.creation', 'products'],
    ['line_item.deletion', 'line_items'],
  ])('%s', (subscriptionType, type) => {
    expect(named({ subscriptionType, objectId: 17 })).toEqual([`${type} 17`]);
    expect(named({ subscriptionType, objectId: '17' })).toEqual([`${type} 17`]);
  });

  test.each([
    ['0-1', 'contacts'],
    ['0-2', 'companies'],
    ['0-3', 'deals'],
    ['0-7', 'products'],
    ['0-8', 'line_items'],
    ['0-69', 'subscriptions'],
    ['0-123', 'orders'],
  ])('object.propertyChange of %s', (objectTypeId, type) => {
    expect(named({ subscriptionType: 'object.propertyChange', objectTypeId, objectId: 17 })).toEqual([
      `${type} 17`,
    ]);
  });

  test('a merge: everybody who took part', () => {
    const merge = {
      subscriptionType: 'contact.merge',
      objectId: 3,
      primaryObjectId: 3,
      mergedObjectIds: [1, 2],
      newObjectId: 4,
      numberOfPropertiesMoved: 9,
    };
    expect(named(merge)?.toString()).toBe('contacts 3,contacts 4,contacts 1,contacts 2');
    expect(named({ ...merge, subscriptionType: 'object.merge', objectTypeId: '0-2' })).toContain(
      'companies 4',
    );
  });

  test('an association: both ends', () => {
    const association = {
      subscriptionType: 'deal.associationChange',
      associationType: 'DEAL_TO_LINE_ITEM',
      fromObjectId: 17,
      toObjectId: 4711,
      associationRemoved: true,
    };
    expect(named(association)).toEqual(['deals 17', 'line_items 4711']);
    expect(
      named({
        subscriptionType: 'object.associationChange',
        fromObjectTypeId: '0-123',
        toObjectTypeId: '0-1',
        fromObjectId: 5,
        toObjectId: 6,
      }),
    ).toEqual(['orders 5', 'contacts 6']);
  });

  test('an association with a label of the account: the end that is known', () => {
    expect(
      named({
        subscriptionType: 'deal.associationChange',
        associationType: 'buyer_of_the_year',
        fromObjectId: 17,
        toObjectId: 6,
      }),
    ).toEqual(['deals 17']);
  });
});

describe('nothing is looked at for', () => {
  test.each([
    { subscriptionType: 'ticket.creation', objectId: 1 },
    { subscriptionType: 'conversation.newMessage', objectId: 1 },
    { subscriptionType: 'object.creation', objectTypeId: '2-1234', objectId: 1 },
    {
      subscriptionType: 'contact.associationChange',
      associationType: 'CONTACT_TO_ENGAGEMENT',
      fromObjectId: 1,
      toObjectId: 2,
    },
    {
      subscriptionType: 'object.associationChange',
      fromObjectTypeId: '0-1',
      toObjectTypeId: '0-5',
      fromObjectId: 1,
      toObjectId: 2,
    },
  ])('other objects: $subscriptionType', (event) => {
    expect(named(event)).toBe('ignored');
  });

  test.each([
    { subscriptionType: 'contact.teleportation', objectId: 1 },
    { subscriptionType: 'contact.creation' },
    { subscriptionType: 'object.creation', objectId: 1 },
    { subscriptionType: 'contact.creation', objectId: 1.5 },
    { subscriptionType: 'toString.creation', objectId: 1 },
  ])('what is not understood: %o', (event) => {
    expect(named(event)).toBe('unknown');
  });
});

test('one element that makes no sense does not lose the others', () => {
  const body = [null, 'x', [], { objectId: 1 }, { subscriptionType: 'deal.creation', objectId: 1 }];
  expect(readEvents(body)).toMatchObject({ events: [{ kind: 'deal.creation' }], unreadable: 4 });
  expect(readEvents('no events')).toBeNull();
  expect(readEvents(null)).toBeNull();
});

test('whatever comes: each element is an event with something to do or a reason why not, or unreadable', () => {
  const fields = fc.record(
    {
      subscriptionType: fc.oneof(
        fc.constantFrom('contact.merge', 'deal.associationChange', 'object.creation', 'ticket.creation'),
        fc.string(),
      ),
      objectTypeId: fc.oneof(fc.constantFrom('0-1', '0-5', '2-99'), fc.jsonValue()),
      associationType: fc.oneof(fc.constantFrom('DEAL_TO_CONTACT', 'x_to_y', '_to_'), fc.jsonValue()),
      objectId: fc.jsonValue(),
      occurredAt: fc.jsonValue(),
      mergedObjectIds: fc.jsonValue(),
      fromObjectId: fc.oneof(fc.nat(), fc.jsonValue()),
      toObjectId: fc.oneof(fc.nat(), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(fields, fc.jsonValue())), (elements) => {
      const { events, unreadable } = readEvents(elements) ?? { events: [], unreadable: -1 };
      expect(events.length + unreadable).toBe(elements.length);
      for (const event of events) {
        expect(event.records.length > 0).toBe(event.outcome === null);
        for (const { id } of event.records) expect(id).toMatch(/^\d+$/);
      }
    }),
  );
});

describe('the same event', () => {
  const event = {
    eventId: 1,
    portalId: 2,
    occurredAt: 3,
    subscriptionType: 'contact.propertyChange',
    objectId: 4,
    propertyName: 'email',
    propertyValue: 'a',
    attemptNumber: 0,
  };
  test('is recognised at another try', () => {
    expect(read({ ...event, attemptNumber: 7 })?.dedupeKey).toBe(read(event)?.dedupeKey);
  });
  test.each([['portalId'], ['occurredAt'], ['objectId'], ['eventId']])(
    'is another one with another %s',
    (field) => {
      expect(read({ ...event, [field]: 99 })?.dedupeKey).not.toBe(read(event)?.dedupeKey);
    },
  );
  test('is another one for another property', () => {
    expect(read({ ...event, propertyName: 'phone' })?.dedupeKey).not.toBe(read(event)?.dedupeKey);
  });
});
