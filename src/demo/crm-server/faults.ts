import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dice, pick } from '../company/dice.ts';
import { type Failure, fail } from './failures.ts';

export type { Failure };

export interface Storm {
  /** The same seed fails the same requests, counted from the start of the storm. */
  seed: string;
  /** 0 to 1: how many of the requests fail. */
  share: number;
  /** What may happen; default everything that is over at once (no hanging sockets). */
  failures?: readonly Failure[];
}

/** What passes and is worth another try, without the hanging sockets: those cost a time-out each. */
export const STORM: readonly Failure[] = [
  423,
  429,
  477,
  500,
  502,
  503,
  504,
  521,
  523,
  524,
  'html',
  'empty',
  'reset',
  'reset-after-work',
  'truncated',
];

/** The weather: what goes wrong, switched on by tests. Everything can be changed at any time. */
export class Faults {
  /** How far the search index lags behind, ms (up to two minutes). */
  searchLagMs = 0;
  /** Each record has a lag of its own between 0 and `searchLagMs`: later changes may be found before earlier ones. */
  searchOutOfOrder = false;
  /** How long each list page and search takes longer, ms. */
  pageDelayMs = 0;
  /** How long every request takes longer, ms; the jitter comes on top, evenly spread from 0. */
  latencyMs = 0;
  jitterMs = 0;
  /** So many of the next new records of batches are not made: the 207 says so of each. */
  brokenInputs = 0;
  /** So many of the next new records of batches are made, but the answer does not say so. */
  unsaidInputs = 0;
  /** What 423 and 477 tell the client to wait, s. */
  retryAfterSeconds = 1;
  private planned: { failure: Failure; path: RegExp }[] = [];
  private roll: (() => Failure | undefined) | undefined;
  private readonly order = dice('search index');

  /** The next `count` requests, or only those whose path matches, fail in this way. */
  failNext(count: number, failure: Failure, path = /./): void {
    for (let i = 0; i < count; i++) this.planned.push({ failure, path });
  }

  /** From now on a share of all requests fails, at random but reproducibly. */
  storm({ seed, share, failures = STORM }: Storm): void {
    const roll = dice(seed);
    let request = 0;
    this.roll = () => {
      const n = request++;
      return roll('fails', n) < share ? pick(failures, roll('how', n)) : undefined;
    };
  }

  /** Fine weather: forgets all that was planned. */
  clear(): void {
    this.planned = [];
    this.roll = undefined;
    this.searchOutOfOrder = false;
    this.brokenInputs = this.unsaidInputs = 0;
    this.searchLagMs = this.pageDelayMs = this.latencyMs = this.jitterMs = 0;
    this.retryAfterSeconds = 1;
  }

  /** Whether the next new record of a batch is not made. */
  breaksInput(): boolean {
    return this.brokenInputs > 0 && this.brokenInputs-- > 0;
  }

  /** Whether the answer leaves out the next new record of a batch. */
  leavesUnsaid(): boolean {
    return this.unsaidInputs > 0 && this.unsaidInputs-- > 0;
  }

  /** What list pages and searches wait. */
  async delay(): Promise<void> {
    if (this.pageDelayMs > 0) await wait(this.pageDelayMs);
  }

  /** What every request waits. */
  async latency(): Promise<void> {
    const ms = this.latencyMs + Math.random() * this.jitterMs;
    if (ms > 0) await wait(ms);
  }

  /** The state of a record that the search index knows at a time: that of the returned time, epoch ms. */
  indexedAt(id: number, now: number): number {
    if (this.searchLagMs <= 0) return Number.POSITIVE_INFINITY;
    const share = this.searchOutOfOrder ? this.order('lag', id) : 1;
    return now - Math.floor(share * this.searchLagMs);
  }

  /** Fails this request if that is planned; true if it is dealt with. */
  strike(request: FastifyRequest, reply: FastifyReply): boolean {
    const next = this.planned.findIndex(({ path }) => path.test(request.url));
    const failure = next === -1 ? this.roll?.() : this.planned.splice(next, 1)[0]?.failure;
    return failure !== undefined && fail(failure, this.retryAfterSeconds, request, reply);
  }
}
