import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MACHINE_SIGNS } from '../../../src/domain/conversation.ts';
import { type Form, HASTY_MS, judge, TICKET_MS } from '../../../src/feedback/visits/belief.ts';

const now = Date.parse('2026-10-12T09:00:00Z');
const ticket = (ageMs: number, again = false) => ({ ticket: { madeAt: now - ageMs, again, id: 'abcdefgh' } });
const form = (given: Partial<Form> = {}): Form => ({
  now,
  sign: null,
  ...ticket(2000),
  confirms: false,
  denied: false,
  suspected: false,
  refusedBefore: false,
  ...given,
});

const forms = fc.record({
  now: fc.constant(now),
  sign: fc.option(fc.constantFrom(...MACHINE_SIGNS)),
  ticket: fc.option(
    fc.record({
      madeAt: fc.integer({ min: now - 2 * TICKET_MS, max: now + 60_000 }),
      again: fc.boolean(),
      id: fc.constant('abcdefgh'),
    }),
  ),
  confirms: fc.boolean(),
  denied: fc.boolean(),
  suspected: fc.boolean(),
  refusedBefore: fc.boolean(),
});

describe('a form', () => {
  test('is believed when its page was there for a moment, and not for longer than a day', () => {
    expect(judge(form())).toEqual({ sign: null, confirmed: false });
    expect(judge(form(ticket(HASTY_MS)))).toMatchObject({ sign: null });
    expect(judge(form(ticket(HASTY_MS - 1)))).toMatchObject({ sign: 'hasty' });
    expect(judge(form(ticket(TICKET_MS)))).toMatchObject({ sign: null });
    expect(judge(form(ticket(TICKET_MS + 1)))).toMatchObject({ sign: 'hasty' });
    expect(judge(form({ ticket: null }))).toMatchObject({ sign: 'hasty' });
  });

  test('is asked about when anything speaks for a program', () => {
    expect(judge(form({ sign: 'agent' }))).toEqual({ sign: 'agent', confirmed: false });
    expect(judge(form({ suspected: true }))).toEqual({ sign: 'burst', confirmed: false });
    expect(judge(form({ refusedBefore: true }))).toEqual({ sign: 'hasty', confirmed: false });
    expect(judge(form({ denied: true }))).toEqual({ sign: 'hasty', confirmed: false });
  });
});

test('the page that asks once more is believed when its right button is pressed, whatever else is the case', () => {
  fc.assert(
    fc.property(forms, (each) => {
      const age = each.ticket ? now - each.ticket.madeAt : -1;
      const right =
        each.ticket?.again && each.confirms && !each.denied && age >= HASTY_MS && age <= TICKET_MS;
      expect(judge(each).confirmed).toBe(right === true);
    }),
  );
});

test('a form is believed only when it is confirmed, or when nothing at all speaks against it', () => {
  fc.assert(
    fc.property(forms, (each) => {
      const { sign, confirmed } = judge(each);
      if (sign !== null || confirmed) return;
      expect(each).toMatchObject({ sign: null, denied: false, suspected: false, refusedBefore: false });
      expect(each.ticket?.again).toBe(false);
    }),
  );
});

test('forms sent within a second of their pages are never believed', () => {
  const hasty = forms.map((each) => ({
    ...each,
    ticket: each.ticket && { ...each.ticket, madeAt: now - (Math.abs(each.ticket.madeAt) % 1000) },
  }));
  fc.assert(
    fc.property(hasty, (each) => {
      expect(judge(each).sign).not.toBeNull();
    }),
  );
});
