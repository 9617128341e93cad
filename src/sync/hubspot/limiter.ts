import { setTimeout as sleep } from 'node:timers/promises';

/** A rolling window: at most `max` calls begin in any `windowMs`. Adapts to what the CRM allows. */
export class RateLimiter {
  #max: number;
  #windowMs: number;
  /** When the latest calls began, oldest first; never more than `#max`. */
  #begun: number[] = [];
  #notBefore = 0;
  /** Callers take turns, so that waiting for the window is done once and not by everybody. */
  #turn: Promise<void> = Promise.resolve();

  constructor(max: number, windowMs: number) {
    this.#max = max;
    this.#windowMs = windowMs;
  }

  /** Resolves when one more call may begin. Rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<void> {
    const mine = this.#turn.then(() => this.#wait(signal));
    this.#turn = mine.catch(() => {});
    await mine;
  }

  async #wait(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const now = performance.now();
      const oldest = this.#begun.at(-this.#max);
      const due = Math.max(this.#notBefore, oldest === undefined ? 0 : oldest + this.#windowMs);
      if (due <= now) {
        this.#begun.push(now);
        if (this.#begun.length > this.#max) this.#begun = this.#begun.slice(-this.#max);
        return;
      }
      await sleep(Math.ceil(due - now), undefined, { signal });
    }
  }

  /** Nobody begins for this long: the CRM has asked for it. */
  pause(ms: number): void {
    this.#notBefore = Math.max(this.#notBefore, performance.now() + ms);
  }

  /** Takes over the account's real limit, with a twentieth to spare for clocks and networks. */
  adapt(max: number, windowMs: number): void {
    if (!Number.isFinite(max) || !Number.isFinite(windowMs) || max < 1 || windowMs < 100) return;
    this.#max = Math.max(1, Math.floor(max * 0.95));
    this.#windowMs = windowMs;
  }
}
