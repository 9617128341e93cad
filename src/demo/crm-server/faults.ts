import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CrmError, rateLimited } from './errors.ts';

/** A status code, a web page with status 200, an answer that never comes, or a connection cut. */
export type Failure = number | 'html' | 'hang' | 'reset';

/** What goes wrong, switched on by tests. */
export class Faults {
  /** How far the search index lags behind, ms (up to two minutes). */
  searchLagMs = 0;
  /** How long each list page and search takes longer, ms. */
  pageDelayMs = 0;
  private planned: { failure: Failure; path: RegExp }[] = [];

  /** The next `count` requests, or only those whose path matches, fail in this way. */
  failNext(count: number, failure: Failure, path = /./): void {
    for (let i = 0; i < count; i++) this.planned.push({ failure, path });
  }

  /** Forgets all that was planned. */
  clear(): void {
    this.planned = [];
    this.searchLagMs = 0;
    this.pageDelayMs = 0;
  }

  async delay(): Promise<void> {
    if (this.pageDelayMs > 0) await wait(this.pageDelayMs);
  }

  /** Fails this request if that is planned; true if it is dealt with. */
  strike(request: FastifyRequest, reply: FastifyReply): boolean {
    const next = this.planned.findIndex(({ path }) => path.test(request.url));
    const failure = this.planned.splice(next, next === -1 ? 0 : 1)[0]?.failure;
    if (failure === undefined) return false;
    if (failure === 'html') {
      reply.type('text/html').send('<!doctype html><title>Sign in</title><p>Please sign in.</p>');
      return true;
    }
    if (failure === 'hang' || failure === 'reset') {
      reply.hijack();
      if (failure === 'reset') request.raw.socket.destroy();
      return true;
    }
    if (failure === 429) throw rateLimited('TEN_SECONDLY_ROLLING');
    // 423 (locked) and 477 (migration) say when to come back
    if (failure === 423 || failure === 477) reply.header('Retry-After', '1');
    const category = failure >= 500 ? 'INTERNAL_ERROR' : 'REQUEST_FAILED';
    throw new CrmError(failure, category, `Planned failure ${failure}.`);
  }
}
