import type { CheckCode } from './words.ts';

/** `error`: must not go out like this. `warning`: some readers will be worse off. `note`: good to know. */
export type Severity = 'error' | 'warning' | 'note';

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/** Where to look. */
export interface Where {
  part: 'subject' | 'preheader' | 'html' | 'text' | 'headers';
  /** One clean line of what stands there, at most 120 characters; to be escaped like any text. */
  excerpt?: string;
  /** Line of the part, from 1. */
  line?: number;
}

/** What one check found in one mail. The sentence for it is in `words.ts`, by code. */
export interface Finding {
  code: CheckCode;
  severity: Severity;
  where: Where;
  /** What the sentence leaves open. */
  values: Readonly<Record<string, string | number>>;
}
