import { styleText } from 'node:util';
import type { Check } from './accounts.ts';

/** What one part of the bench found. */
export interface Section {
  title: string;
  checks: Check[];
  data: unknown;
}

/** A plain table: one line for each promise. */
export function sectionText({ title, checks }: Section): string {
  const width = Math.max(...checks.map((check) => check.name.length));
  const lines = checks.map(
    ({ name, ok, says }) => `  ${ok ? 'kept  ' : styleText('red', 'BROKEN')}  ${name.padEnd(width)}  ${says}`,
  );
  return [title, ...lines, ''].join('\n');
}

export function allKept(sections: readonly Section[]): boolean {
  return sections.every(({ checks }) => checks.every((check) => check.ok));
}
