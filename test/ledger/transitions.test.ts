import { describe, expect, it } from 'vitest';
import { SEND_STATES } from '../../src/domain/send.ts';
import { mayMove, OPEN_STATES, statesBefore, TRANSITIONS } from '../../src/ledger/transitions.ts';

describe('the life of a send', () => {
  it('names each step once, between states that exist', () => {
    const steps = TRANSITIONS.map(([from, to]) => `${from} ${to}`);
    expect(new Set(steps).size).toBe(steps.length);
    for (const [from, to, by] of TRANSITIONS) {
      expect(SEND_STATES).toContain(from);
      expect(SEND_STATES).toContain(to);
      expect(by.length).toBeGreaterThan(0);
    }
  });

  it('ends with sent, failed and skipped, whoever tries', () => {
    for (const end of ['sent', 'failed', 'skipped'] as const) {
      expect(SEND_STATES.filter((to) => mayMove(end, to))).toEqual([]);
    }
  });

  it('is sent only after it was on its way', () => {
    expect(statesBefore('sent')).toEqual(['sending', 'in_doubt']);
  });

  it('leaves what was on its way when a worker died to a person, unless the campaign chose otherwise', () => {
    expect(mayMove('sending', 'in_doubt', 'reconciler')).toBe(true);
    expect(mayMove('sending', 'queued', 'reconciler')).toBe(false);
    expect(mayMove('sending', 'queued', 'person')).toBe(false);
    expect(statesBefore('queued', 'person')).toEqual(['in_doubt']);
  });

  it('reaches an end from everywhere', () => {
    for (const state of OPEN_STATES) {
      const reached = new Set([state]);
      for (const from of reached) for (const to of SEND_STATES) if (mayMove(from, to)) reached.add(to);
      expect([...reached]).toContain('sent');
    }
  });
});
