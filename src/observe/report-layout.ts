import type { Language } from '../domain/customer.ts';
import { escapeHtml } from '../render/escape.ts';

/** A label and its value. */
export type Row = readonly [string, string];

/** A part of a report: a heading, then numbers, then sentences. */
export interface Section {
  title: string;
  rows: Row[];
  notes: string[];
}

/** Lays a report out as plain text and as HTML that every mail program shows. */
export function layOut(
  sections: Section[],
  link: { language: Language; label: string; url: string },
): { text: string; html: string } {
  const text = [
    ...sections.map(({ title, rows, notes }) =>
      [title, ...rows.map(([label, value]) => `  ${label}: ${value}`), ...notes.map((n) => `  * ${n}`)].join(
        '\n',
      ),
    ),
    `${link.label}: ${link.url}/`,
  ].join('\n\n');
  const url = escapeHtml(`${link.url}/`);
  const html = `<!doctype html>
<html lang="${link.language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Spielbein</title></head>
<body style="font-family: system-ui, sans-serif; font-size: 16px; line-height: 1.4; max-width: 640px; margin: 0 auto; padding: 16px">
${sections.map(sectionHtml).join('\n')}
<p><a href="${url}">${escapeHtml(link.label)}</a></p>
</body>
</html>
`;
  return { text: `${text}\n`, html };
}

function sectionHtml({ title, rows, notes }: Section): string {
  const table = rows
    .map(
      ([label, value]) =>
        `<tr><th scope="row" style="text-align: left; vertical-align: top; font-weight: normal; padding: 0 16px 4px 0">${escapeHtml(label)}</th><td style="text-align: right; vertical-align: top; padding: 0 0 4px">${escapeHtml(value)}</td></tr>`,
    )
    .join('\n');
  const list = notes.map((note) => `<li style="margin-bottom: 8px">${escapeHtml(note)}</li>`).join('\n');
  return [
    `<h2 style="font-size: 18px; margin: 24px 0 8px">${escapeHtml(title)}</h2>`,
    rows.length > 0 ? `<table style="border-collapse: collapse; width: 100%">\n${table}\n</table>` : '',
    notes.length > 0 ? `<ul style="padding-left: 20px; margin: 0">\n${list}\n</ul>` : '',
  ]
    .filter((part) => part !== '')
    .join('\n');
}
