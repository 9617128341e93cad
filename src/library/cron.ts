const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  name: string;
  min: number;
  max: number;
  words?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of week', min: 0, max: 7, words: DAYS },
];

/** What is wrong with a five-field cron pattern, as a sentence; null when nothing is. */
export function cronProblem(pattern: string): string | null {
  const parts = pattern.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    return `a cron pattern has five fields (minute hour day month weekday), this one has ${parts.length}`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const part = parts[index] as string;
    if (!part.split(',').every((item) => itemFits(item, field))) {
      return `"${part}" is no ${field.name} (${field.min} to ${field.max})`;
    }
  }
  return null;
}

/** One item of a list: `*`, `5`, `1-5`, each perhaps with a step, as in `8-18/2`. */
function itemFits(item: string, field: Field): boolean {
  const match = /^(\*|[a-z0-9]+(?:-[a-z0-9]+)?)(?:\/(\d+))?$/i.exec(item);
  if (!match) return false;
  const [, range = '', step] = match;
  if (step !== undefined && Number(step) < 1) return false;
  if (range === '*') return true;
  const [from, to] = range.split('-').map((text) => numberOf(text, field));
  if (from === undefined || from < field.min || from > field.max) return false;
  return !range.includes('-') || (to !== undefined && to >= from && to <= field.max);
}

function numberOf(text: string, field: Field): number {
  if (/^\d+$/.test(text)) return Number(text);
  const index = field.words?.indexOf(text.toLowerCase()) ?? -1;
  return index < 0 ? Number.NaN : index + field.min;
}

/** Whether this is an IANA time zone such as "Europe/Berlin" (an offset such as "+01:00" knows no summer). */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
