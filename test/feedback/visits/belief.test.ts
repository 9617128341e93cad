import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MACHINE_SIGNS } from '../../../src/domain/conversation.ts';
import { CONFIRM_MS, type Form, HASTY_MS, judge, TICKET_MS } from '../../../src/feedback/visits/belief.ts';
import { readTicket, writeTicket } from '../../../src/feedback/visits/ticket.ts';
import { LINK_KINDS } from '../../../src/links/token.ts';

const now = Date.parse('2026-10-12T09:00:00Z');
const form = (given: Partial<Form> = {}): Form => ({
  now,
  sign: null,
  ticket: { madeAt: now - 2000, again: false },
  inBurst: false,
  refusedBefore: false,
  othersJustNow: false,
  ...given,
});
const ticket = (ageMs: number, again = false) => ({ ticket: { madeAt: now - ageMs, again } });

describe('a form', () => {
  test('is believed when its page was there for a moment', () => {
    expect(judge(form())).toEqual({ sign: null, confirmed: false });
    expect(judge(form(ticket(HASTY_MS)))).toMatchObject({ sign: null });
    expect(judge(form(ticket(HASTY_MS - 1)))).toMatchObject({ sign: 'hasty' });
    expect(judge(form(ticket(TICKET_MS)))).toMatchObject({ sign: null });
    expect(judge(form(ticket(TICKET_MS + 1)))).toMatchObject({ sign: 'hasty' });
    expect(judge(form({ ticket: null }))).toMatchObject({ sign: 'hasty' });
  });

  test('is not believed in a burst, or from what calls itself a program', () => {
    expect(judge(form({ inBurst: true }))).toMatchObject({ sign: 'burst' });
    expect(judge(form({ sign: 'agent' }))).toMatchObject({ sign: 'agent' });
  });

  test('is not believed when another one of its page was not: a program tries them all', () => {
    expect(judge(form({ refusedBefore: true }))).toMatchObject({ sign: 'hasty' });
    expect(judge(form({ refusedBefore: true, ...ticket(CONFIRM_MS, true) }))).toMatchObject({ sign: null });
  });

  test('of the page that asks once more is believed after three seconds, whatever else is the case', () => {
    for (const sign of [null, ...MACHINE_SIGNS]) {
      for (const inBurst of [true, false]) {
        expect(judge(form({ sign, inBurst, ...ticket(CONFIRM_MS, true) }))).toEqual({
          sign: null,
          confirmed: true,
        });
        expect(judge(form({ sign, inBurst, ...ticket(CONFIRM_MS - 1, true) })).sign).not.toBeNull();
      }
    }
  });

  test('of that page is asked again while other forms of the mail are being sent', () => {
    expect(judge(form({ ...ticket(8000, true), othersJustNow: true }))).toMatchObject({ sign: 'hasty' });
  });
});

test('forms sent within a second of their pages are never believed', () => {
  const forms = fc.record({
    now: fc.constant(now),
    sign: fc.option(fc.constantFrom(...MACHINE_SIGNS)),
    ticket: fc.option(
      fc.record({ madeAt: fc.integer({ min: now - 1000, max: now + 60_000 }), again: fc.boolean() }),
    ),
    inBurst: fc.boolean(),
    refusedBefore: fc.boolean(),
    othersJustNow: fc.boolean(),
  });
  fc.assert(
    fc.property(forms, (each) => {
      expect(judge(each).sign).not.toBeNull();
    }),
  );
});

describe('tickets', () => {
  const links = fc.record({
    kind: fc.constantFrom(...LINK_KINDS),
    sendId: fc.nat(2 ** 31 - 1),
    position: fc.nat(15),
  });
  const tickets = fc.record({ madeAt: fc.integer({ min: 0, max: 4e12 }), again: fc.boolean() });

  test('say what was written, to this link and under this secret only', () => {
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

  test('are nothing any more with any character changed', () => {
    const characters = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_.ä ');
    fc.assert(
      fc.property(links, tickets, fc.nat(40), characters, (link, said, at, other) => {
        const text = writeTicket('secret', link, said);
        fc.pre(at < text.length && text[at] !== other);
        expect(readTicket('secret', link, text.slice(0, at) + other + text.slice(at + 1))).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  test.each([undefined, null, '', 'x', 7, ['a'], {}, '0.p.', `0.p.${'A'.repeat(22)}`, 'A'.repeat(99)])(
    'are never %j',
    (text) => {
      expect(readTicket('secret', { kind: 'answer', sendId: 1, position: 0 }, text)).toBeNull();
    },
  );
});
