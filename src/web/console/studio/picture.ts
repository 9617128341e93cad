import type { FastifyInstance } from 'fastify';
import { createCamera, PictureError } from '../../../studio/chromium.ts';
import type { WebContext } from '../../context.ts';
import { sendConsole } from '../page.ts';
import { type Asked, askedOf, WIDTHS } from './asked.ts';
import { looked, withOwnPictures } from './mail-frame.ts';

/**
 * The mail as a PNG, by a Chromium of this machine that has no network and runs no scripts. Without one it is said so.
 * @param htmlOf the mail; null when there is none
 */
export function pictureOfMail(
  app: FastifyInstance,
  context: WebContext,
  htmlOf: (asked: Asked) => Promise<string | null>,
): void {
  const camera = createCamera();
  app.addHook('onClose', () => camera.close());

  app.get('/preview/mail.png', async (request, reply) => {
    const asked = askedOf.parse(request.query);
    const html = await htmlOf(asked);
    if (html === null) return reply.callNotFound();
    const whole = await withOwnPictures(app, looked(html, asked), context.config.publicUrl);
    try {
      const png = await camera.shoot(whole, WIDTHS[asked.width]);
      const name = `mail-${asked.width}-${asked.scheme}.png`;
      return await reply
        .type('image/png')
        .header('content-disposition', `inline; filename="${name}"`)
        .send(png);
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      context.log('error', { route: '/preview/mail.png', status: 503, error: error.message });
      return sendConsole(context, request, reply, {
        name: 'studio-no-picture',
        place: 'studio',
        status: 503,
        data: { code: error.code },
      });
    }
  });
}
