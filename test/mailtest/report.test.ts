import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASSES } from '../../src/mailtest/classify.ts';
import { periodsOf, reportOf } from '../../src/mailtest/report.ts';
import { type ClassCounts, type MailTest, sum } from '../../src/mailtest/tally.ts';
import { terminalReport } from '../../src/mailtest/terminal.ts';

const classCounts = fc.record(
  Object.fromEntries(CLASSES.map((each) => [each, fc.nat(2_000_000)])),
) as fc.Arbitrary<ClassCounts>;
const monthNames = fc.uniqueArray(
  fc.oneof(
    {
      weight: 20,
      arbitrary: fc.tuple(fc.integer({ min: 1980, max: 2099 }), fc.integer({ min: 1, max: 12 })),
    },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  { maxLength: 60, selector: String },
);

const foundIn = (months: MailTest['months']): MailTest => {
  const classes = Object.fromEntries(
    CLASSES.map((each) => [each, months.reduce((total, month) => total + month.classes[each], 0)]),
  ) as ClassCounts;
  const sent = sum(classes);
  const problems = { total: 0, byCode: {}, named: [] };
  return {
    messages: sent,
    byFromAlone: false,
    passedOver: 0,
    sent,
    classes,
    received: 0,
    leftOut: 0,
    unreadable: 0,
    months,
    colleagues: [],
    problems,
  };
};
const given = { language: 'de', names: true, known: { crm: { addresses: 7 }, file: false } } as const;
const text = (found: MailTest, language: 'de' | 'en' = 'de') =>
  terminalReport(reportOf(found, { ...given, language }), (words) => words);

const mailbox = fc
  .tuple(monthNames, fc.array(classCounts, { minLength: 60, maxLength: 60 }))
  .map(([names, counts]) =>
    names
      .map((name, i) => ({
        month: name && `${name[0]}-${String(name[1]).padStart(2, '0')}`,
        classes: counts[i] as ClassCounts,
      }))
      .filter(({ classes }) => sum(classes) > 0)
      .sort((a, b) => (a.month ?? '9').localeCompare(b.month ?? '9')),
  )
  .map(foundIn);

describe('the report in the terminal', () => {
  it('fits 80 columns and loses no mail between years and months, whatever the mailbox', () => {
    fc.assert(
      fc.property(mailbox, fc.constantFrom('de' as const, 'en' as const), (found, language) => {
        const lines = text(found, language).split('\n');
        expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
        const periods = periodsOf(reportOf(found, { ...given, language }));
        for (const each of CLASSES) {
          expect(periods.reduce((total, { classes }) => total + classes[each], 0)).toBe(found.classes[each]);
        }
        expect(new Set(periods.map(({ name }) => name)).size).toBe(periods.length);
      }),
      { numRuns: 60 },
    );
  });

  it('shows whole years once they are old, and the last two by month', () => {
    const classes = { customers: 1, up: 2, down: 3, sideways: 4, elsewhere: 10 };
    const months = Array.from({ length: 40 }, (_, i) => ({
      month: `${2021 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
      classes,
    }));
    const names = periodsOf(reportOf(foundIn(months), given)).map(({ name, sent }) => `${name}: ${sent}`);
    // the 24th month from the end is in 2022, so that year is shown by month as a whole
    expect(names[0]).toBe('2021: 240');
    expect(names[1]).toBe('Jan 2022: 20');
    expect(names.at(-1)).toBe('Apr 2024: 20');
    expect(names).toHaveLength(1 + 28);
  });

  it('is honest about few mails', () => {
    const found = foundIn([
      { month: '2024-01', classes: { customers: 1, up: 9, down: 0, sideways: 40, elsewhere: 0 } },
    ]);
    expect(text(found).replace(/\s+/g, ' ')).toContain(
      'Es sind nur 50 Mails, und das sagt wenig: Der Anteil könnte auf Dauer ebenso gut bei 0,35 % liegen wie bei 10,5 %.',
    );
    expect(text(found, 'en').replace(/\s+/g, ' ')).toContain('These are only 50 mails, which says little');
  });
});
