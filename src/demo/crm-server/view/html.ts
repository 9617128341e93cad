import { escapeHtml } from '../../../render/escape.ts';

/** HTML that needs no escaping any more. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | null | readonly (Html | string)[];

/** HTML with values in it: escaped, unless they are HTML already; nothing for null. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(
    parts.map((part, n) => (n === 0 ? part : `${shown(values[n - 1] ?? null)}${part}`)).join(''),
  );
}

function shown(value: Value): string {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return value.map(shown).join('');
}

/** Tags that a note may have; everything else of it is shown as it is written. */
const TAGS = /&lt;(\/?)(p|br|strong|ul|li|small)&gt;/g;
const LINK = /&lt;a href=&quot;(https?:\/\/[^&\s]{1,500})&quot;&gt;(.{0,300}?)&lt;\/a&gt;/g;

/** A note's text, which is HTML from outside: nothing of it gets through but paragraphs, lists, emphasis and links. */
export function noteHtml(body: string): Html {
  return new Html(
    escapeHtml(body)
      .replace(TAGS, '<$1$2>')
      .replace(LINK, '<a href="$1" rel="noreferrer">$2</a>')
      // what the note had escaped itself
      .replace(/&amp;(lt|gt|amp|quot|#39);/g, '&$1;'),
  );
}
