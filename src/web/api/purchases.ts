import { z } from 'zod';
import { PurchaseError, pushPurchase } from '../../sync/push-purchase.ts';
import type { WebContext } from '../context.ts';
import type { Operation } from './operation.ts';
import { ApiProblem } from './problem.ts';

const purchase = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'letters, digits and . _ : -, at most 100')
    .describe('of your own, e.g. the order’s line: pushing it again changes it and makes no second one'),
  customer: z
    .union([
      z.strictObject({ id: z.string().min(1).max(200).describe('of the CRM') }),
      z.strictObject({ email: z.string().trim().min(3).max(320) }),
    ])
    .describe('one that the CRM knows'),
  product: z.union([
    z.strictObject({ key: z.string().min(1).max(200).describe('of the library') }),
    z.strictObject({ sku: z.string().trim().min(1).max(200) }),
    z.strictObject({ id: z.string().min(1).max(200).describe('of the CRM') }),
  ]),
  date: z.iso
    .date()
    .refine((day) => day >= '1900' && day < '2201', 'a year from 1900 to 2200')
    .optional()
    .describe('from 1900 to 2200; left out: today, or as it was pushed before'),
  quantity: z.int().min(-100_000).max(100_000).default(1).describe('negative for a return'),
  status: z
    .enum(['kept', 'returned', 'cancelled'])
    .default('kept')
    .describe('push it again with another status when that changes'),
});
const stored = z.object({
  id: z.string(),
  customerId: z.string(),
  productId: z.string(),
  quantity: z.int(),
  date: z.string(),
  status: z.enum(['kept', 'returned', 'cancelled']),
});

/** What was bought and the CRM does not know, e.g. from a shop: the next decision reckons with it. */
export const purchaseOperations = ({ db, content, now }: WebContext): Operation[] => [
  {
    method: 'POST',
    url: '/purchases',
    scope: 'purchases:write',
    id: 'pushPurchase',
    summary: 'Push a purchase',
    description:
      'It counts from the next decision on, also for mails that are planned. A sync with the CRM leaves it alone; when ' +
      'the CRM merges two customers, it moves with them.',
    body: purchase,
    answers: {
      200: { description: 'known already, and now as pushed', schema: stored },
      201: { description: 'new', schema: stored },
    },
    async handle({ body, person }) {
      const given = body as z.output<typeof purchase>;
      const { library, matchProduct } = await content.library();
      try {
        const { purchase: row, created } = await pushPurchase(
          { db, library, matchProduct },
          { ...given, person, now: now() },
        );
        return { status: created ? 201 : 200, body: stored.parse({ ...row, id: given.id }) };
      } catch (error) {
        if (error instanceof PurchaseError) throw new ApiProblem(422, error.code, error.message);
        throw error;
      }
    },
  },
];
