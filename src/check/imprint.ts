import { squeeze } from './document.ts';
import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';

/** The imprint of the settings, line by line, in both parts (§5 DDG). */
export function checkImprint({ company, language, blocks, text }: OpenedMail): Finding[] {
  const parts = { html: blocks.map((block) => block.text).join(' '), text };
  return (['html', 'text'] as const).flatMap((part): Finding[] => {
    if (part === 'text' && text.trim() === '') return [];
    const said = comparable(parts[part]);
    const missing = company.imprint[language].filter((line) => !said.includes(comparable(line)));
    const [first] = missing;
    if (first === undefined) return [];
    return [
      {
        code: 'imprint_missing',
        severity: 'error',
        where: { part },
        values: { line: first, part: part === 'html' ? 'HTML' : 'Text' },
      },
    ];
  });
}

/** Lines may be wrapped, and spaces widened. */
const comparable = (text: string) => squeeze(text).toLowerCase();
