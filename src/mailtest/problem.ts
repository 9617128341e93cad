/** Stable names of what can be wrong with a message or a file; the words for people are in words.ts. */
export const PROBLEM_CODES = [
  'no_headers',
  'no_from',
  'no_recipients',
  'header_too_large',
  'truncated',
  'damaged',
  'trailing_bytes',
  'no_date',
  'bad_date',
  'nul_bytes',
  'before_first',
  'no_messages',
  'no_empty_line',
  'looks_like_beginning',
  'same_file',
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** Where a message stands in its file. */
export interface Place {
  /** Counts from 1; null when no message is meant. */
  message: number | null;
  /** Bytes from the file's beginning (of a compressed file: unpacked); null when it came over the network. */
  offset: number | null;
}

/** One thing that is wrong, and where. */
export interface Problem extends Place {
  file: string;
  code: ProblemCode;
}

/** The Mail-Test can't be done; the message says what to do. */
export class MailTestError extends Error {
  override name = 'MailTestError';
}
