import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answerWords } from '../../src/domain/answer-words.ts';
import { ANSWERS } from '../../src/domain/conversation.ts';
import { quoted } from '../../src/domain/quoted.ts';
import { parseWords } from '../../src/render/words.ts';
import { words } from '../../src/web/words/words.ts';

test('an answer is quoted in the words of the button, in the mail and on the page behind it', async () => {
  const file = join(import.meta.dirname, '../../templates/mail/words.yaml');
  const mail = parseWords(file, await readFile(file, 'utf8')).words;
  let inMail = 0;
  for (const language of ['de', 'en'] as const) {
    for (const kind of ['proven', 'experimental'] as const) {
      const buttons: Record<string, string> = mail[language][kind];
      for (const answer of ANSWERS) {
        const said = answerWords(kind, answer, language);
        expect(words(language)[`answer.${kind}.${answer}`]).toBe(said);
        if (buttons[answer] === undefined) continue;
        expect(said).toBe(buttons[answer]);
        inMail += 1;
      }
    }
  }
  expect(inMail).toBe(12);
});

test('a quotation within a quotation has the inner marks', () => {
  expect(quoted('Er sagte „später“, dann “no”.', 'de')).toBe('„Er sagte ‚später‘, dann ‚no‘.“');
  expect(quoted('They said “later”.', 'en')).toBe('“They said ‘later’.”');
});
