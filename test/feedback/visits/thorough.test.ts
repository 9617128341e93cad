import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANSWERS } from '../../../src/domain/conversation.ts';
import { isWithin, type Visit } from '../../../src/feedback/visits/bursts.ts';
import { findSuspicions, isSuspect } from '../../../src/feedback/visits/suspicions.ts';
import { findThorough } from '../../../src/feedback/visits/thorough.ts';

const start = Date.parse('2026-10-12T09:00:00Z');
const DAY = 24 * 3_600_000;
const visit = (hours: number, answer: Visit['answer'], given: Partial<Visit> = {}): Visit => ({
  at: start + hours * 3_600_000,
  link: 'answer',
  position: 0,
  answer,
  posted: false,
  ahead: false,
  confirmed: false,
  ...given,
});

describe('a thorough program', () => {
  test('goes through three answers to one block within a day, by links or by forms', () => {
    const [found, ...more] = findThorough(
      [visit(0, 'yes'), visit(5, 'call', { posted: true }), visit(24, 'no')],
      [],
    );
    expect(more).toEqual([]);
    expect(found).toEqual({ position: 0, from: start, until: start + DAY });
    expect(findThorough([visit(0, 'yes'), visit(5, 'call'), visit(24.1, 'no')], [])).toEqual([]);
  });

  test('is not: whoever corrects themselves, answers several blocks, or confirms', () => {
    expect(findThorough([visit(0, 'yes'), visit(1, 'no'), visit(2, 'yes', { posted: true })], [])).toEqual(
      [],
    );
    const blocks = ANSWERS.map((answer, position) => visit(position, answer, { position }));
    expect(findThorough(blocks, [])).toEqual([]);
    expect(
      findThorough([visit(0, 'yes'), visit(1, 'no'), visit(2, 'call', { confirmed: true })], []),
    ).toEqual([]);
  });

  test('is not who comes after a gateway that opened everything at once', () => {
    const scan = ANSWERS.map((answer) => visit(0, answer));
    const suspicions = findSuspicions([...scan, visit(1, 'yes'), visit(1, 'no', { posted: true })]);
    expect(suspicions.bursts).toHaveLength(1);
    expect(suspicions.thorough).toEqual([]);
    const form = { position: 0, madeAt: start + 3_600_000, at: start + 3_601_000 };
    expect(isSuspect(suspicions, form)).toBe(false);
    expect(isSuspect(suspicions, { ...form, madeAt: start + 5000 })).toBe(true);
  });
});

test('whatever the order and the pace within a day, all answers to a block make every form for it suspect', () => {
  const walks = fc.record({
    answers: fc.shuffledSubarray([...ANSWERS], { minLength: 3 }),
    gapMs: fc.integer({ min: 0, max: 6 * 3_600_000 }),
    posted: fc.boolean(),
  });
  fc.assert(
    fc.property(walks, ({ answers, gapMs, posted }) => {
      const visits = answers.map((answer, index) => ({
        ...visit(0, answer, { posted }),
        at: start + index * gapMs,
      }));
      const suspicions = findSuspicions(visits);
      const last = visits.at(-1)?.at ?? 0;
      expect(isSuspect(suspicions, { at: last, madeAt: null, position: 0 })).toBe(true);
      const quick = isWithin(last, suspicions.bursts);
      expect(isSuspect(suspicions, { at: last, madeAt: null, position: 1 })).toBe(quick);
    }),
  );
});
