import type { PlainValue } from '../../../library/edit/yaml-value.ts';
import type { Settings } from '../../../library/schema.ts';

/** One setting that is safe to change while everything runs. Each has a name and a hint in the console's words. */
export interface SettingField {
  /** Where it stands in `settings.yaml`. */
  path: readonly [string, string];
  /** `percent` is a share in the file and a percentage in the form; `time` is a daily cron pattern in the file. */
  as: 'whole' | 'percent' | 'switch' | 'choice' | 'time';
  min?: number;
  max?: number;
  choices?: readonly string[];
}

/** As forms and words call it, e.g. `rules.maxBlocks`. */
export const nameOf = ({ path }: SettingField): string => path.join('.');

const whole = (section: string, key: string, min: number, max: number): SettingField => ({
  path: [section, key],
  as: 'whole',
  min,
  max,
});
const percent = (section: string, key: string, min: number, max: number): SettingField => ({
  path: [section, key],
  as: 'percent',
  min,
  max,
});

/**
 * What can be changed here, by subject. Each takes effect with the next mail or the next night, and can be taken back;
 * the schema of the library has the last word. Everything else is for people who know the file.
 */
export const SETTING_GROUPS: readonly { group: string; fields: readonly SettingField[] }[] = [
  {
    group: 'mails',
    fields: [
      percent('rules', 'defaultRatio', 0, 100),
      whole('rules', 'maxBlocks', 1, 12),
      whole('rules', 'maxProven', 1, 10),
      whole('rules', 'offerMaxShown', 1, 20),
    ],
  },
  {
    group: 'pace',
    fields: [
      whole('rules', 'minDaysBetween', 0, 365),
      whole('rules', 'maxPerPeriod', 1, 1000),
      whole('rules', 'periodDays', 1, 730),
      whole('rules', 'mailsPerSecond', 0, 10_000),
      { path: ['nightly', 'cron'], as: 'time' },
    ],
  },
  {
    group: 'safety',
    fields: [
      { path: ['campaigns', 'approval'], as: 'choice', choices: ['none', 'second_person'] },
      percent('breaker', 'bounces', 0.1, 100),
      percent('breaker', 'complaints', 0.01, 100),
      percent('breaker', 'unsubscribes', 0.1, 100),
    ],
  },
  {
    group: 'learning',
    fields: [
      { path: ['learning', 'on'], as: 'switch' },
      percent('learning', 'exploration', 1, 100),
      { path: ['learning', 'approvePairings'], as: 'switch' },
    ],
  },
];

export const SETTING_FIELDS: readonly SettingField[] = SETTING_GROUPS.flatMap(({ fields }) => fields);

/** As a form shows it; null: it can't be shown in this form, e.g. a night that is not every night. Pure. */
export function shown(field: SettingField, settings: Settings): string | null {
  const [section, key] = field.path;
  const value = (settings as unknown as Record<string, Record<string, PlainValue>>)[section]?.[key];
  if (value === undefined) return null;
  switch (field.as) {
    case 'percent':
      return String(rounded(Number(value) * 100));
    case 'switch':
      return value === true ? 'on' : 'off';
    case 'time':
      return timeOf(String(value));
    default:
      return String(value);
  }
}

/** What the file is to say; null: nothing that can stand there. Pure. */
export function given(field: SettingField, text: string): PlainValue | null {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = field;
  switch (field.as) {
    case 'whole':
    case 'percent': {
      const number = /^\d{1,6}([.,]\d{1,4})?$/.test(text.trim())
        ? Number(text.trim().replace(',', '.'))
        : Number.NaN;
      if (!(number >= min && number <= max)) return null;
      if (field.as === 'percent') return rounded(number / 100);
      return Number.isInteger(number) ? number : null;
    }
    case 'switch':
      return text === 'on' ? true : text === 'off' ? false : null;
    case 'choice':
      return field.choices?.includes(text) ? text : null;
    case 'time': {
      const found = /^([01]\d|2[0-3]):([0-5]\d)(:00)?$/.exec(text);
      return found ? `${Number(found[2])} ${Number(found[1])} * * *` : null;
    }
  }
}

/** "30 3 * * *" is 03:30 every day. */
function timeOf(cron: string): string | null {
  const [, minute, hour] = /^(\d{1,2}) (\d{1,2}) \* \* \*$/.exec(cron.trim().replace(/\s+/g, ' ')) ?? [];
  return minute === undefined || hour === undefined
    ? null
    : `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}

/** Without the crumbs of binary fractions: 0.07 * 100 is 7. */
const rounded = (value: number): number => Number(value.toFixed(6));
