import { z } from 'zod';
import { FREQUENCIES, type Preferences, TOPICS, type Topic } from '../../domain/conversation.ts';
import { LANGUAGES, type Language } from '../../domain/customer.ts';
import type { FormWishes, PreferencesForm } from '../../feedback/preferences/wish.ts';
import { firstOf } from '../bodies.ts';

export const FREQUENCY_CHOICES = ['always', ...FREQUENCIES] as const;
export const WISH_CHOICES = ['-2', '-1', '0', '1', '2', 'none'] as const;

/** What the fields of the page say: filled in by us, or by the customer. */
export interface Filled {
  language: Language;
  frequency: (typeof FREQUENCY_CHOICES)[number];
  topics: readonly Topic[];
  wish: (typeof WISH_CHOICES)[number];
  /** See `PreferencesForm.pause`. */
  pause: PreferencesForm['pause'];
  used: readonly string[];
}

/** What the page said when it was shown. It is sent along, so that only what differs from it is changed. */
export interface Shown extends Omit<Filled, 'used'> {
  /** Keys of the products that it listed as theirs and not in use. */
  unused: readonly string[];
}

export type Field = keyof Filled;

/** A field that can come any number of times. */
const several = <T extends z.ZodType>(value: T) =>
  z.preprocess((given) => (given === undefined ? [] : [given].flat()), z.array(value).max(5000));

const productKeys = several(z.string().min(1).max(200));

const fields = {
  language: z.enum(LANGUAGES),
  frequency: z.enum(FREQUENCY_CHOICES),
  topics: several(z.enum(TOPICS)),
  wish: z.enum(WISH_CHOICES),
  pause: z
    .union([z.literal('begin'), z.iso.date()])
    .nullable()
    .default(null),
  used: productKeys,
} as const satisfies { [name in Field]: z.ZodType<Filled[name]> };

const { used: _, ...wishFields } = fields;
const shownField = firstOf(z.string())
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.object({ ...wishFields, unused: productKeys }));

/** What a page shows of these wishes. */
export function filledWith(preferences: Preferences, crmLanguage: Language, used: readonly string[]): Filled {
  const { language, frequency, topicsOff, ratioWish, pausedUntil } = preferences;
  return {
    language: language ?? crmLanguage,
    frequency: frequency ?? 'always',
    topics: TOPICS.filter((topic) => !topicsOff.includes(topic)),
    wish: WISH_CHOICES.find((choice) => choice === String(ratioWish)) ?? 'none',
    pause: pausedUntil,
    used,
  };
}

/**
 * Reads what was posted. With fields that make no sense there is no form, only which these are, and the rest of what was
 * filled in, so that nothing is lost; `now` is what they are filled with instead. `was` is what the page had shown, null
 * when it does not say so.
 */
export function readPreferences(
  body: unknown,
  now: Filled,
): { form: PreferencesForm } | { wrong: Field[]; filled: Filled; was: Shown | null } {
  const posted = z.record(z.string(), z.unknown()).catch({}).parse(body);
  const wrong: Field[] = [];
  const read = <F extends Field>(field: F): Filled[F] => {
    const result = fields[field].safeParse(posted[field]);
    if (result.success) return result.data as Filled[F];
    wrong.push(field);
    return now[field];
  };
  const filled: Filled = {
    used: read('used'),
    topics: read('topics'),
    frequency: read('frequency'),
    language: read('language'),
    wish: read('wish'),
    pause: read('pause'),
  };
  const was = readShown(posted.before);
  if (wrong.length > 0) return { wrong, filled, was };
  return {
    form: {
      ...wishesIn(filled),
      was: was && { ...wishesIn(was), unused: was.unused },
      shown: productKeys.catch([]).parse(posted.shown),
      used: filled.used,
    },
  };
}

function readShown(posted: unknown): Shown | null {
  try {
    return shownField.parse(posted);
  } catch {
    return null;
  }
}

function wishesIn(filled: Omit<Filled, 'used'>): FormWishes {
  const { language, frequency, topics, wish, pause } = filled;
  return {
    language,
    frequency: frequency === 'always' ? null : frequency,
    topicsOff: TOPICS.filter((topic) => !topics.includes(topic)),
    ratioWish: wish === 'none' ? null : Number(wish),
    pause,
  };
}
