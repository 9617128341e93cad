import mjml2html from 'mjml';
import { recentlyUsed } from './version/recently-used.ts';

/** Something that turns MJML into HTML; tests count how often. */
export type ToHtml = (mjml: string) => Promise<MjmlResult>;

export interface MjmlResult {
  html: string;
  /** Lines count from 1, in the MJML that was given. */
  errors: { line: number; message: string }[];
}

/** Both languages of the content of now and of some campaigns under way. */
const KEPT = 8;
const kept = recentlyUsed<MjmlResult>(KEPT);

/**
 * MJML's own compiler, with its mistakes as data. No fonts are loaded from anywhere, nothing is included from
 * disk. About 60 ms for a newsletter: hence once for each template, never per mail. An edit of the library leaves the
 * MJML as it is, so what was last made of it stays at hand.
 */
export const mjmlToHtml: ToHtml = (mjml) => kept(mjml, () => compile(mjml));

async function compile(mjml: string): Promise<MjmlResult> {
  const { html, errors } = await mjml2html(mjml, {
    validationLevel: 'soft',
    fonts: {},
    keepComments: false,
    ignoreIncludes: true,
  });
  return { html: tidy(html), errors: errors.map(({ line, message }) => ({ line, message })) };
}

/**
 * Takes out indentation, which is half of MJML's output. One line break stays where there was white space, so
 * that words never run together and Outlook's conditional comments stay as they are.
 */
export function tidy(html: string): string {
  return html
    .replace(/\s*\n\s*/g, '\n')
    .replace(/[ \t]{2,}/g, ' ')
    .replace(/\n(?=<\/?(?:table|tbody|tr|td|div|!--\[if|!\[endif))/g, '')
    .replace(/(<\/?(?:table|tbody|tr|td)(?: [^>]*)?>)\n/g, '$1')
    .trim();
}
