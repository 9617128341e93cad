import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicHolidays } from '../../../src/campaign/timing/holidays.ts';
import { NO_PREFERENCES } from '../../../src/domain/conversation.ts';
import { markOf } from '../../../src/feedback/crm/entries/mark.ts';
import type { NoteFacts, Style } from '../../../src/feedback/crm/entries/text-note.ts';
import { noteText } from '../../../src/feedback/crm/entries/text-note.ts';
import { profileText } from '../../../src/feedback/crm/entries/text-profile.ts';
import { taskText } from '../../../src/feedback/crm/entries/text-task.ts';
import { nextWorkingMorning } from '../../../src/feedback/crm/entries/working-morning.ts';

const STYLE: Style = { language: 'de', timeZone: 'Europe/Berlin', publicUrl: 'https://news.example' };
const NOW = new Date('2026-11-24T10:00:00Z');

describe('the next working morning', async () => {
  const isHoliday = await publicHolidays();
  it.each([
    ['on a Tuesday', '2026-11-24T10:00:00Z', 'Europe/Berlin', '2026-11-25T08:00:00.000Z'],
    ['early on a Tuesday', '2026-11-24T01:00:00Z', 'Europe/Berlin', '2026-11-24T08:00:00.000Z'],
    [
      'late on a Tuesday, when it is Wednesday there',
      '2026-11-24T23:30:00Z',
      'Europe/Berlin',
      '2026-11-25T08:00:00.000Z',
    ],
    ['on a Friday', '2026-11-20T10:00:00Z', 'Europe/Berlin', '2026-11-23T08:00:00.000Z'],
    ['on Maundy Thursday', '2026-04-02T10:00:00Z', 'Europe/Berlin', '2026-04-07T07:00:00.000Z'],
    ['before Christmas', '2026-12-24T10:00:00Z', 'Europe/Berlin', '2026-12-28T08:00:00.000Z'],
    ['elsewhere', '2026-11-24T23:00:00Z', 'America/New_York', '2026-11-25T14:00:00.000Z'],
    ['where no country is', '2026-11-24T10:00:00Z', 'UTC', '2026-11-25T09:00:00.000Z'],
  ])('%s', (_when, now, zone, expected) => {
    expect(nextWorkingMorning(new Date(now), zone, isHoliday).toISOString()).toBe(expected);
  });
});

describe('the words of an entry', () => {
  const facts = (text: string): NoteFacts => ({
    customer: { id: 'a/b?c', name: text, company: text, ownerId: null },
    about: { kind: 'experimental', headline: text, product: text },
    mail: { subject: text, sentAt: NOW, language: 'de' },
    answer: { answer: 'later', at: NOW.toISOString() },
    before: 'yes',
    statements: [{ question: text, choice: text, words: text, saidBy: 'salesperson', at: NOW.toISOString() }],
    wishes: [{ words: text, fresh: true }],
  });

  it('never let markup through that somebody typed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', '\n', '/', '=') }),
        (typed) => {
          const text = `<img src=x onerror="a">${typed}`;
          const note = noteText(facts(text), STYLE, NOW)?.html ?? '';
          const task = taskText(facts(text), STYLE, NOW).html;
          for (const html of [note, task]) {
            expect(
              html.replace(/<\/?(p|strong|ul|li|br)>|<a href="https:\/\/news\.example\/[^"<>]*">|<\/a>/g, ''),
            ).not.toMatch(/[<>]/);
          }
        },
      ),
    );
  });

  it('are those of the people who read them; what was clicked on an offer is an offer’s answer', () => {
    const de = noteText(facts('X'), STYLE, NOW)?.html;
    expect(de).toContain('Antwort: <strong>Später</strong> zu „X“');
    expect(de).toContain('Vorher war die Antwort: Erzählen Sie mehr');
    const en = noteText(facts('X'), { ...STYLE, language: 'en' }, NOW)?.html;
    expect(en).toContain('Answer: <strong>Later</strong> to “X”');
    expect(en).toContain('Mail “X” of 24 Nov 2026');
    expect(en).toContain('https://news.example/customers/a%2Fb%3Fc/brief');
  });

  it('say nothing when there is nothing to say', () => {
    expect(noteText({ ...facts('X'), answer: null, statements: [], wishes: null }, STYLE, NOW)).toBeNull();
  });

  it('fit into the CRM’s fields, however much was said', () => {
    const said = (n: number) => ({
      at: NOW.toISOString(),
      answer: null,
      question: `Frage ${n}`,
      choice: null,
      words: 'x'.repeat(2000),
      block: null,
      language: 'de' as const,
    });
    const profile = profileText(
      {
        customerId: '1',
        lastAnswer: null,
        callRequestedAt: null,
        wants: Array.from({ length: 30 }, (_, n) => said(n)),
        preferences: { ...NO_PREFERENCES, ratioWish: -2 },
        ratio: 0.1,
        suggestion: { ratio: 0.1, suggested: 0.2, probability: 0.95, times: 2 },
      },
      STYLE,
      () => null,
      '2026-11-24',
    );
    expect(profile.wants.length).toBeLessThanOrEqual(4000);
    expect(profile).toMatchObject({
      suggestedRatio: '0',
      suggestedRatioReason: 'Wunsch des Kunden: viel mehr Bewährtes',
    });
    expect(taskText(facts('y'.repeat(500)), STYLE, NOW).subject.length).toBeLessThanOrEqual(200);
  });

  it('carry a mark that is the entry’s and the installation’s own', () => {
    expect(markOf(4711, 'a')).toMatch(/^Spielbein 4711-[0-9a-f]{8}$/);
    expect(markOf(4711, 'a')).toBe(markOf(4711, 'a'));
    expect(new Set([markOf(4711, 'a'), markOf(4711, 'b'), markOf(4712, 'a')]).size).toBe(3);
  });
});
