import { Lexer, type MarkedToken, type Token } from 'marked';
import { PLACEHOLDER, type Placeholder } from './placeholders.ts';

/**
 * Markdown of the library's bodies: paragraphs, **strong**, *emphasis*, lists and links, nothing else.
 *
 * Rendered once per content version; the placeholders stay in place, to be filled for each customer with
 * escaped values (`fillPlaceholders`). No other doubled brace leaves this file, so that no text can ever be
 * taken for template code, whichever template engine it passes through later.
 */
export interface RenderedText {
  html: string;
  /** For the text part of a mail: paragraphs apart, lists with dashes, links as "label (address)". */
  text: string;
}

/** Something in a body that will not look as its writer thinks. `snippet` is as written. */
export interface MarkdownSlip {
  kind: 'html' | 'bad_link' | 'unsupported';
  snippet: string;
}

export function renderMarkdown(source: string): RenderedText {
  const tokens = parse(source);
  return {
    html: restore(block(tokens, HTML), ''),
    text: restore(
      block(tokens, TEXT)
        .replace(/\n{3,}/g, '\n\n')
        .trim(),
      ' ',
    ),
  };
}

/** What `renderMarkdown` would not do as written: raw HTML, links elsewhere than https/mailto, headings … */
export function markdownSlips(source: string): MarkdownSlip[] {
  const slips: MarkdownSlip[] = [];
  const look = (list: Token[] | undefined): void => {
    for (const token of (list ?? []) as MarkedToken[]) {
      // what was written, with the placeholders back in place
      const snippet = (token.raw.trim().split('\n')[0] ?? '').replace(MARK, '{{$1}}');
      if (token.type === 'html') slips.push({ kind: 'html', snippet });
      else if (token.type === 'link' && safeLink(token.href) === null)
        slips.push({ kind: 'bad_link', snippet });
      else if (!SUPPORTED.has(token.type)) slips.push({ kind: 'unsupported', snippet });
      if (token.type === 'list') for (const item of token.items) look(item.tokens);
      else if ('tokens' in token) look(token.tokens);
    }
  };
  look(parse(source));
  return slips;
}

const SUPPORTED = new Set([
  'paragraph',
  'text',
  'strong',
  'em',
  'list',
  'list_item',
  'link',
  'space',
  'br',
  'escape',
  'html',
]);

/**
 * While marked works, placeholders are letters of the private use area: it can neither see them as
 * punctuation (which would break emphasis around them) nor escape or split them.
 */
const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARK = new RegExp(`${OPEN}(product|yourProduct)${CLOSE}`, 'g');

function parse(source: string): Token[] {
  const text = source
    .replace(/[\uE000\uE001]/g, '')
    .replace(PLACEHOLDER, (_, name: Placeholder) => `${OPEN}${name}${CLOSE}`);
  return new Lexer({ gfm: true }).lex(text);
}

/**
 * Puts the placeholders back and makes every other doubled brace harmless. In HTML all braces are character
 * references already; plain text has no escape, so a gap goes between them. A backslash before a placeholder
 * would switch it off in Handlebars.
 */
function restore(marked: string, gap: string): string {
  return marked
    .replace(/\\+(?=\uE000)/g, '')
    .replace(/\{(?=[{\uE000])/g, `{${gap}`)
    .replace(/(?<=[}\uE001])\}/g, `${gap}}`)
    .replace(MARK, '{{$1}}');
}

interface Form {
  escape(text: string): string;
  paragraph(inner: string): string;
  strong(inner: string): string;
  em(inner: string): string;
  link(href: string, label: string): string;
  list(items: string[], first: number | null): string;
  lineBreak: string;
}

const HTML: Form = {
  escape: escapeHtml,
  paragraph: (inner) => `<p>${inner}</p>\n`,
  strong: (inner) => `<strong>${inner}</strong>`,
  em: (inner) => `<em>${inner}</em>`,
  link: (href, label) => `<a href="${escapeHtml(href)}">${label}</a>`,
  list(items, first) {
    const lines = items.map((item) => `<li>${item.trim()}</li>\n`).join('');
    if (first === null) return `<ul>\n${lines}</ul>\n`;
    return `<ol${first === 1 ? '' : ` start="${first}"`}>\n${lines}</ol>\n`;
  },
  lineBreak: '<br>\n',
};

const TEXT: Form = {
  // lines of the source are no lines of the mail
  escape: (text) => text.replace(/\s*\n\s*/g, ' '),
  paragraph: (inner) => `${inner}\n\n`,
  strong: (inner) => inner,
  em: (inner) => inner,
  link(href, label) {
    const address = href.replace(/^mailto:/, '');
    return label === href || label === address ? address : `${label} (${address})`;
  },
  list(items, first) {
    const lines = items.map((item, index) => {
      const bullet = first === null ? '- ' : `${first + index}. `;
      return `${bullet}${item.trim().replace(/\n+/g, `\n${' '.repeat(bullet.length)}`)}\n`;
    });
    return `${lines.join('')}\n`;
  },
  lineBreak: '\n',
};

function block(tokens: readonly Token[], form: Form): string {
  return (tokens as readonly MarkedToken[])
    .map((token) => {
      switch (token.type) {
        case 'paragraph':
        case 'heading':
          return form.paragraph(inline(token.tokens, form));
        case 'list': {
          const items = token.items.map((item) => block(item.tokens, form));
          return form.list(items, token.ordered ? Number(token.start) || 1 : null);
        }
        case 'text':
          // the content of a tight list item
          return token.tokens ? inline(token.tokens, form) : form.escape(token.text);
        case 'space':
        case 'def':
        case 'hr':
          return '';
        case 'blockquote':
          return block(token.tokens, form);
        default:
          // HTML, tables, code: shown as they were written
          return form.paragraph(form.escape(token.raw.trim()));
      }
    })
    .join('');
}

function inline(tokens: readonly Token[], form: Form): string {
  return (tokens as readonly MarkedToken[])
    .map((token) => {
      switch (token.type) {
        case 'text':
        case 'escape':
          return form.escape(token.text);
        case 'strong':
          return form.strong(inline(token.tokens, form));
        case 'em':
          return form.em(inline(token.tokens, form));
        case 'br':
          return form.lineBreak;
        case 'link': {
          const href = safeLink(token.href);
          const label = inline(token.tokens, form);
          return href === null ? label : form.link(href, label);
        }
        default:
          return form.escape(token.raw);
      }
    })
    .join('');
}

/** The address if a mail may link to it, else null. */
function safeLink(href: string): string | null {
  if (/[\s{}\\]|[\uE000\uE001]/.test(href)) return null;
  const url = URL.parse(href);
  return url && (url.protocol === 'https:' || url.protocol === 'mailto:') ? href : null;
}

/** For text between tags and in double-quoted attributes; braces too, so that no template engine sees them. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"'{}\\]/g, (char) => ESCAPES[char] ?? char);
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '{': '&#123;',
  '}': '&#125;',
  '\\': '&#92;',
};
