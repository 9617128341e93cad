import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Language } from '../../domain/customer.ts';
import { stopStatus } from '../../feedback/unsubscribe.ts';
import { productName } from '../../library/grammar.ts';
import { createProductMatcher } from '../../library/load.ts';
import type { WebContext } from '../context.ts';
import { mailLanguage } from './mail-language.ts';
import { openLink, sendPage, sendUnknown } from './page.ts';
import { stopNow } from './unsubscribe.ts';

const stopping = z.object({ action: z.literal('unsubscribe') });

/** What we have on record, what the mails follow from, and the way out. It says what it cannot do, too. */
export function preferencesRoutes(app: FastifyInstance, context: WebContext): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/p/:token',
    handler: async (request, reply) => {
      const link = await openLink(context, request, reply, 'preferences');
      if (!link) return reply;
      const language = await mailLanguage(context.db, link.sendId);
      if (request.method === 'POST' && stopping.safeParse(request.body).success) {
        return stopNow(context, request, reply, link.sendId, language);
      }
      const status = await stopStatus(context.db, link.sendId);
      if (!status) return sendUnknown(context, request, reply);
      return sendPage(context, request, reply, {
        name: 'preferences',
        language,
        data: {
          products: await ownedNames(context, link.sendId, language),
          address: status.addressHint,
          stopped: status.stopped,
        },
      });
    },
  });
}

async function ownedNames(context: WebContext, sendId: number, language: Language): Promise<string[]> {
  const rows = await context.db
    .selectFrom('sends')
    .innerJoin('owned_products', 'owned_products.customer_id', 'sends.customer_id')
    .innerJoin('products', 'products.id', 'owned_products.product_id')
    .select(['products.id', 'products.sku', 'products.name', 'products.family'])
    .where('sends.id', '=', sendId)
    .orderBy('owned_products.since')
    .orderBy('products.id')
    .execute();
  const library = await context.publicContent.library();
  const match = library ? createProductMatcher(library) : () => undefined;
  return [...new Set(rows.map((product) => productName(match(product) ?? product.name, language)))];
}
