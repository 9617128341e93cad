import type { FastifyReply } from 'fastify';
import { MAIL_CSP } from '../headers.ts';

export type Scheme = 'light' | 'dark';

/**
 * A mail's HTML made fit for looking at: links open in a new tab instead of inside the frame, and our own
 * pictures come from here, even where PUBLIC_URL cannot be reached yet.
 *
 * @param scheme shows the mail as in a light or dark mail program, whatever this browser prefers
 */
export function mailForFrame(
  html: string,
  given: { publicUrl: string; root: string; scheme?: Scheme | undefined },
): string {
  const base = '<base target="_blank">';
  const based = /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html;
  const local = based.replaceAll(`${given.publicUrl}/pictures/`, `${given.root}pictures/`);
  if (given.scheme === undefined) return local;
  const dark = given.scheme === 'dark' ? '(min-width: 0px)' : '(max-width: 0px)';
  return local.replace(/\(\s*prefers-color-scheme\s*:\s*dark\s*\)/gi, dark);
}

export function sendMailHtml(reply: FastifyReply, html: string): FastifyReply {
  return reply.header('content-security-policy', MAIL_CSP).type('text/html; charset=utf-8').send(html);
}
