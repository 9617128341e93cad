import { type Bucket, type CallLimiter, LEAST_LIMITS, type Place, type ToldLimits } from './limiter.ts';
import { type CallLimit, freePlaces, holdsPlace, type KnownCall } from './places.ts';
import { type Taken, WaitingLine } from './waiting-line.ts';

/** The limits of one process alone, for when there is no database at hand. It knows no daily budget. */
export function processLimiter(limits: Partial<Record<Bucket, CallLimit>> = {}): CallLimiter {
  const buckets = {
    general: new ProcessBucket(limits.general ?? LEAST_LIMITS.general),
    search: new ProcessBucket(limits.search ?? LEAST_LIMITS.search),
  };
  return {
    async begin(bucket, signal, { longestMs }) {
      const call = await buckets[bucket].begin(signal, longestMs);
      return placeOf(call, (told) => {
        if (bucket === 'general' && told) buckets.general.limit = told;
      });
    },
    async pause(bucket, ms) {
      buckets[bucket].pause(ms);
    },
  };
}

function placeOf(call: KnownCall, hear: (told: ToldLimits | null | undefined) => void): Place {
  return {
    end(told) {
      call.endedAt = performance.now();
      hear(told);
    },
  };
}

class ProcessBucket {
  limit: CallLimit;
  #calls: KnownCall[] = [];
  #pausedUntil = 0;
  readonly #line = new WaitingLine<KnownCall>(
    async (wanted) => this.#take(wanted),
    (calls) => {
      this.#calls = this.#calls.filter((call) => !calls.includes(call));
    },
  );

  constructor(limit: CallLimit) {
    this.limit = limit;
  }

  async begin(signal: AbortSignal, longestMs: number): Promise<KnownCall> {
    const call = await this.#line.next(signal);
    call.lostAt = performance.now() + longestMs;
    return call;
  }

  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + ms);
  }

  #take(wanted: number): Taken<KnownCall> {
    const now = performance.now();
    if (this.#pausedUntil > now) return { places: [], waitMs: this.#pausedUntil - now };
    if (this.#calls.length + wanted > this.limit.max) {
      // not before: without limits, as in a demo, these are many
      this.#calls = this.#calls.filter((call) => holdsPlace(call, this.limit, now));
    }
    const room = this.limit.max - this.#calls.length;
    const { free, waitMs } = room > 0 ? { free: room, waitMs: 0 } : freePlaces(this.#calls, this.limit, now);
    const places = Array.from({ length: Math.min(free, wanted) }, () => ({
      endedAt: null,
      lostAt: Number.POSITIVE_INFINITY,
    }));
    this.#calls.push(...places);
    return { places, waitMs };
  }
}
