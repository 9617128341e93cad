import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { keyedProducts } from '../../../segment/segments.ts';
import type { WebContext } from '../../context.ts';
import { contentOrError, sendConsole } from '../page.ts';
import { listCustomers } from './find.ts';

const PAGE = 40;
const oneOf = <const T extends string>(...values: T[]) =>
  z
    .union([z.literal(''), z.enum(values)])
    .catch('' as const)
    .default('' as const);
const BASES = ['consent', 'existing_customer', 'none'] as const;
const RATIOS = ['contact', 'company', 'none', 'suggested'] as const;
const BARRED = ['suppressed', 'opted_out', 'bounced'] as const;
const text = z.string().trim().max(200).catch('').default('');
const query = z.object({
  search: text,
  owns: text,
  basis: oneOf(...BASES),
  ratio: oneOf(...RATIOS),
  barred: oneOf(...BARRED),
  after: text,
});

/** Customers by name, narrowed down by words and by what is known of them. */
export function customerListRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/customers', async (request, reply) => {
    const asked = query.parse(request.query);
    const content = await contentOrError(context);
    const match = content instanceof Error ? () => undefined : content.matchProduct;
    const products = await keyedProducts(context.db, match, 'product');
    const owns =
      asked.owns === '' ? null : products.filter(({ key }) => key === asked.owns).map(({ id }) => id);
    const found = await listCustomers(context.db, { ...asked, owns }, PAGE);
    const shown = found.slice(0, PAGE);
    const options = (values: readonly string[], chosen: string, prefix: string) =>
      values.map((value) => ({ value, chosen: value === chosen, word: `customers.${prefix}.${value}` }));
    const kept = Object.entries(asked).filter(([name, value]) => value !== '' && name !== 'after');
    const more = new URLSearchParams([...kept, ['after', shown.at(-1)?.id ?? '']] as [string, string][]);
    return sendConsole(context, request, reply, {
      name: 'customers',
      place: 'customers',
      data: {
        asked,
        found: shown,
        narrowed: kept.length > 0,
        filtered: kept.some(([name]) => name !== 'search'),
        products: [...new Map(products.map((each) => [each.key, each.name]))]
          .map(([key, name]) => ({ key, name, chosen: key === asked.owns }))
          .sort((a, b) => a.name.localeCompare(b.name)),
        bases: options(BASES, asked.basis, 'basis'),
        ratios: options(RATIOS, asked.ratio, 'ratio'),
        barred: options(BARRED, asked.barred, 'barred'),
        more: found.length > PAGE ? `?${more}` : null,
        first: asked.after === '' ? null : `?${new URLSearchParams(kept as [string, string][])}`,
      },
    });
  });
}
