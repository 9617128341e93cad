import type { FastifyInstance, FastifyReply } from 'fastify';
import { inScheme } from '../../../studio/dark.ts';
import { withoutPictures } from '../../../studio/pictures.ts';
import { MAIL_CSP } from '../../headers.ts';
import { mailForFrame } from '../mail-html.ts';
import type { Asked } from './asked.ts';

/**
 * As for every mail that is looked at, and of one origin with the studio, so that the studio can see how tall the mail
 * is and keep its place. That gives the mail nothing: without `allow-scripts` nothing in it can run.
 */
const STUDIO_CSP = MAIL_CSP.replace('sandbox ', 'sandbox allow-same-origin ');

type Look = Pick<Asked, 'scheme' | 'images'>;

/** The mail as the chosen kind of mail program shows it. */
export const looked = (html: string, { scheme, images }: Look): string =>
  inScheme(images === 'off' ? withoutPictures(html) : html, scheme);

/** Sends a mail for the studio's frame. */
export function sendFrame(
  reply: FastifyReply,
  html: string,
  given: Look & { publicUrl: string; root: string },
): FastifyReply {
  return reply
    .header('content-security-policy', STUDIO_CSP)
    .type('text/html; charset=utf-8')
    .send(mailForFrame(looked(html, given), given));
}

/** In place of a mail that can't be made: the studio keeps what it showed, and says why beside it. */
export function sendNothing(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', STUDIO_CSP)
    .type('text/html; charset=utf-8')
    .send('<!doctype html><html data-nothing><title>–</title></html>');
}

/** The mail with our own pictures in it, as it is for a browser without a network. */
export async function withOwnPictures(
  app: FastifyInstance,
  html: string,
  publicUrl: string,
): Promise<string> {
  const base = `${publicUrl.replace(/\/+$/, '')}/pictures/`;
  const names = new Set<string>();
  for (const part of html.split(base).slice(1)) {
    const name = /^[a-z0-9][a-z0-9-]*\.(?:png|jpg)/.exec(part)?.[0];
    if (name) names.add(name);
  }
  let whole = html;
  for (const name of names) {
    const { statusCode, headers, rawPayload } = await app.inject(`/pictures/${name}`);
    if (statusCode !== 200) continue;
    const data = `data:${String(headers['content-type'])};base64,${rawPayload.toString('base64')}`;
    whole = whole.replaceAll(base + name, data);
  }
  return whole;
}
