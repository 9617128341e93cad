import { setTimeout as sleep } from 'node:timers/promises';

/** Places that may be used at once; if they are fewer than wanted, in how many ms to ask again. */
export interface Taken<P> {
  places: readonly P[];
  waitMs: number;
}

interface Waiting<P> {
  signal: AbortSignal;
  accept(place: P): void;
  refuse(error: unknown): void;
  stop(): void;
}

/** Callers of one process who wait for places: first come, first served, asked for together. */
export class WaitingLine<P> {
  readonly #take: (wanted: number) => Promise<Taken<P>>;
  readonly #giveBack: (places: readonly P[]) => void;
  #line: Waiting<P>[] = [];
  #serving = false;
  /** Ends a pause of this line early when nobody waits any more. */
  #idle = new AbortController();

  /**
   * @param take     takes up to so many places
   * @param giveBack takes back places whose callers have gone
   */
  constructor(take: (wanted: number) => Promise<Taken<P>>, giveBack: (places: readonly P[]) => void) {
    this.#take = take;
    this.#giveBack = giveBack;
  }

  /** @throws the signal's reason; what `take` throws */
  async next(signal: AbortSignal): Promise<P> {
    signal.throwIfAborted();
    return await new Promise<P>((resolve, reject) => {
      const stop = () => {
        this.#line = this.#line.filter((other) => other !== mine);
        if (this.#line.length === 0) this.#idle.abort();
        reject(signal.reason);
      };
      const mine = { signal, accept: resolve, refuse: reject, stop };
      signal.addEventListener('abort', stop, { once: true });
      this.#line.push(mine);
      if (!this.#serving) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#serving = true;
    try {
      // callers of the same moment are served together
      await null;
      while (this.#line.length > 0) {
        const { places, waitMs } = await this.#take(this.#line.length);
        const extra = places.filter((place) => !this.#hand(place));
        if (extra.length > 0) this.#giveBack(extra);
        if (this.#line.length > 0) await this.#pause(waitMs);
      }
    } catch (error) {
      for (let one = this.#leave(); one; one = this.#leave()) one.refuse(error);
    } finally {
      this.#serving = false;
    }
  }

  async #pause(ms: number): Promise<void> {
    this.#idle = new AbortController();
    await sleep(Math.max(1, Math.ceil(ms)), undefined, { signal: this.#idle.signal }).catch(() => {});
  }

  #hand(place: P): boolean {
    const one = this.#leave();
    one?.accept(place);
    return one !== undefined;
  }

  #leave(): Waiting<P> | undefined {
    const one = this.#line.shift();
    one?.signal.removeEventListener('abort', one.stop);
    return one;
  }
}
