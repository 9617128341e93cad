import { z } from 'zod';
import { listSegments } from '../../segment/segments.ts';
import type { WebContext } from '../context.ts';
import type { Operation } from './operation.ts';

const segment = z.object({
  key: z.string(),
  name: z.string(),
  family: z.string().nullable(),
  owners: z.int().describe('customers who own it'),
  writable: z.int().describe('how many of them may be written to'),
});

/** Who owns what. */
export const segmentOperations = ({ db, content }: WebContext): Operation[] => [
  {
    method: 'GET',
    url: '/segments',
    scope: 'segments:read',
    id: 'listSegments',
    summary: 'Owners of each product',
    answers: { 200: { description: 'counted now', schema: z.object({ segments: z.array(segment) }) } },
    async handle() {
      const { matchProduct } = await content.library();
      const segments = await listSegments(db, matchProduct);
      return { status: 200, body: z.object({ segments: z.array(segment) }).parse({ segments }) };
    },
  },
];
