import type { FastifyReply } from 'fastify';
import { MAIL_CSP } from '../headers.ts';

/**
 * A mail's HTML made fit for looking at: links open in a new tab instead of inside the frame, and our own
 * pictures come from here, even where PUBLIC_URL cannot be reached yet.
 */
export function mailForFrame(html: string, given: { publicUrl: string; root: string }): string {
  const base = '<base target="_blank">';
  const based = /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html;
  return based.replaceAll(`${given.publicUrl}/pictures/`, `${given.root}pictures/`);
}

export function sendMailHtml(reply: FastifyReply, html: string): FastifyReply {
  return reply.header('content-security-policy', MAIL_CSP).type('text/html; charset=utf-8').send(html);
}
