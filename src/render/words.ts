import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { TemplateError } from './template-error.ts';

const word = z.string().trim().min(1, 'must not be empty');

/** One text for each kind of mail; see `mailCase`. */
const byCase = z.strictObject({
  oneDevelopment: word,
  oneProduct: word,
  twoProducts: word,
  manyProducts: word,
  experimentOnly: word,
});

const language = z.strictObject({
  subject: byCase,
  preheader: word,
  opening: byCase,
  proven: z.strictObject({ question: word, yes: word, call: word, no: word }),
  experimental: z.strictObject({
    label: word,
    question: word,
    yes: word,
    later: word,
    no: word,
    note: word,
  }),
  more: word,
  closing: word,
  contact: word,
  because: z.strictObject({ existingCustomer: word, consent: word }),
  preferences: word,
  unsubscribe: word,
  privacy: word,
});

const wordsFile = z.strictObject({ de: language, en: language });

/** The fixed words of one language, from `mail/words.yaml`. */
export type Words = z.infer<typeof language>;
export type MailCase = keyof z.infer<typeof byCase>;

export interface WordsFile {
  words: z.infer<typeof wordsFile>;
  file: string;
  source: string;
  /** Line of the text at this path, from 1. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** Reads and checks `mail/words.yaml`. @throws TemplateError with the line of the first mistake. */
export function parseWords(file: string, source: string): WordsFile {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const lineAt = (offset: number | undefined) => Math.max(1, lines.linePos(offset ?? 0).line);

  const broken = document.errors[0];
  if (broken) throw new TemplateError(file, lineAt(broken.pos[0]), broken.message, source);

  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true) as
        | { range?: [number, number, number] }
        | undefined;
      if (node?.range) return lineAt(node.range[0]);
    }
    return 1;
  };
  const parsed = wordsFile.safeParse(document.toJS());
  if (parsed.success) return { words: parsed.data, file, source, lineOf };
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  throw new TemplateError(file, lineOf(path), `${path.join('.') || 'the file'}: ${issue?.message}`, source);
}
