import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newTicketId, readTicket, writeTicket } from '../../../src/feedback/visits/ticket.ts';
import { LINK_KINDS } from '../../../src/links/token.ts';

const links = fc.record({
  kind: fc.constantFrom(...LINK_KINDS),
  sendId: fc.nat(2 ** 31 - 1),
  position: fc.nat(15),
});
const tickets = fc.record({
  madeAt: fc.integer({ min: 0, max: 4e12 }),
  again: fc.boolean(),
  id: fc.nat().map(newTicketId),
});

test('tickets say what was written, to this link and under this secret only', () => {
  fc.assert(
    fc.property(links, links, tickets, (link, other, said) => {
      const text = writeTicket('secret', link, said);
      expect(readTicket('secret', link, text)).toEqual(said);
      expect(readTicket('another', link, text)).toBeNull();
      if (JSON.stringify(other) !== JSON.stringify(link))
        expect(readTicket('secret', other, text)).toBeNull();
    }),
  );
});

test('tickets are nothing any more with any character changed', () => {
  const characters = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_.ä ');
  fc.assert(
    fc.property(links, tickets, fc.nat(50), characters, (link, said, at, other) => {
      const text = writeTicket('secret', link, said);
      fc.pre(at < text.length && text[at] !== other);
      expect(readTicket('secret', link, text.slice(0, at) + other + text.slice(at + 1))).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test.each([undefined, null, '', 'x', 7, ['a'], {}, '0.p.', `0.p.${'A'.repeat(22)}`, 'A'.repeat(99)])(
  'a ticket is never %j',
  (text) => {
    expect(readTicket('secret', { kind: 'answer', sendId: 1, position: 0 }, text)).toBeNull();
  },
);
