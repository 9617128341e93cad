import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { LANGUAGES } from '../../../domain/customer.ts';
import { BASE } from '../../../domain/genes.ts';
import { TemplateError } from '../../../render/template-error.ts';
import { mailOfPieces } from '../../../studio/piece.ts';
import type { WebContext } from '../../context.ts';
import { rootOf } from '../../root.ts';
import { consoleLanguage, contentOrError } from '../page.ts';
import { sendFrame, sendNothing } from '../studio/mail-frame.ts';

const asked = z.object({
  form: z.string().max(2000).catch(BASE),
  in: z.enum(LANGUAGES).optional().catch(undefined),
});

/** A mail that tells of one form of an offer and nothing else, by the templates that sending uses: for a frame. */
export function lookRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/experiments/:offerId/look', async (request, reply) => {
    const { offerId } = request.params as { offerId: string };
    const { form, in: wanted } = asked.parse(request.query);
    const content = await contentOrError(context);
    if (content instanceof Error || !content.library.offers.has(offerId)) return sendNothing(reply.code(404));
    const known =
      form === BASE ||
      (await context.db
        .selectFrom('variants')
        .select('number')
        .where('offer_id', '=', offerId)
        .where('variant_id', '=', form)
        .executeTakeFirst()) !== undefined;
    if (!known) return sendNothing(reply.code(404));
    try {
      const mail = mailOfPieces(content, {
        contentIds: [offerId],
        variantId: form,
        language: wanted ?? consoleLanguage(request),
        links: context.links,
      });
      if (!mail) return sendNothing(reply);
      return sendFrame(reply, mail.html, {
        scheme: 'light',
        images: 'on',
        publicUrl: context.config.publicUrl,
        root: rootOf(request.url),
      });
    } catch (error) {
      if (error instanceof TemplateError) return sendNothing(reply);
      throw error;
    }
  });
}
