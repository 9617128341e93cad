import type { StandardError } from '@hubspot/api-client/lib/codegen/crm/objects/models/all.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { invalid } from './errors.ts';
import { datedVersion } from './paths.ts';
import type { Wire } from './wire.ts';

/** The shape of every batch answer: BatchResponse… and BatchResponse…WithErrors in the client's words. */
export interface BatchAnswer<T> {
  status: 'COMPLETE';
  results: T[];
  startedAt: string;
  completedAt: string;
  numErrors?: number;
  errors?: Wire<StandardError>[];
}

/** Sends a batch answer: with `code`, or as a 207 if something went wrong. */
export function batchAnswer<T>(
  reply: FastifyReply,
  code: number,
  results: T[],
  errors: Wire<StandardError>[],
): FastifyReply {
  const now = new Date().toISOString();
  const answer: BatchAnswer<T> = { status: 'COMPLETE', results, startedAt: now, completedAt: now };
  if (errors.length === 0) return reply.code(code).send(answer);
  return reply.code(207).send({ ...answer, numErrors: errors.length, errors } satisfies BatchAnswer<T>);
}

/** The status of a batch of new associations or properties: what date-versioned paths answer differs from v3 and v4. */
export const created = ({ originalUrl }: FastifyRequest): number => (datedVersion(originalUrl) ? 200 : 201);

/** The inputs of a batch: at least one, and no more than HubSpot takes. */
export const inputsOf = <T extends z.ZodType>(input: T, most: number) =>
  z.object({
    inputs: z.array(input).min(1).max(most, `No more than ${most} inputs are allowed in one request.`),
  });

/** @throws CrmError 400 if an id is given twice */
export function demandDistinct(ids: readonly string[]): void {
  const twice = [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
  if (twice.length === 0) return;
  throw invalid(`Duplicate IDs found in batch input: [${twice.join(', ')}]. IDs must be unique`, {
    context: { ids: twice },
  });
}
