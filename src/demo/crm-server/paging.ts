import type { ForwardPaging } from '@hubspot/api-client/lib/codegen/crm/objects/models/all.js';
import type { FastifyRequest } from 'fastify';
import type { Wire } from './wire.ts';

/** Where a list goes on: its cursor, and the same request with it. The last page of a list has no `paging`. */
export function nextPage(request: FastifyRequest, after: string): Wire<ForwardPaging> {
  const link = new URL(request.originalUrl, `${request.protocol}://${request.host}`);
  link.searchParams.set('after', after);
  return { next: { after, link: link.href } };
}
