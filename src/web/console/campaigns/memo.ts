interface Kept {
  value: Promise<unknown>;
  at: number;
  renewing: boolean;
}

/** Things kept at most; the oldest goes. */
const MOST = 500;

/** Keeps what takes long to count. */
export interface Memo {
  /**
   * What was loaded for this key. Younger than `ms` it is given as it is; older, but not ten times as old, it is given too and
   * loaded anew meanwhile; after that whoever asks waits. What could not be loaded is not kept.
   */
  get<T>(key: string, ms: number, load: () => Promise<T>): Promise<T>;
  forget(key: string): void;
}

export function createMemo(now: () => number = Date.now): Memo {
  const kept = new Map<string, Kept>();
  function renew<T>(key: string, load: () => Promise<T>): Promise<T> {
    const value = load();
    const own: Kept = { value, at: now(), renewing: false };
    value.catch(() => kept.get(key) === own && kept.delete(key));
    kept.delete(key);
    kept.set(key, own);
    const oldest = kept.size > MOST ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return value;
  }
  return {
    async get<T>(key: string, ms: number, load: () => Promise<T>): Promise<T> {
      const known = kept.get(key);
      const age = known ? now() - known.at : Number.POSITIVE_INFINITY;
      if (!known || age > 10 * ms) return renew(key, load);
      if (age > ms && !known.renewing) {
        known.renewing = true;
        load().then(
          (value) =>
            kept.get(key) === known &&
            kept.set(key, { value: Promise.resolve(value), at: now(), renewing: false }),
          () => {
            known.renewing = false;
          },
        );
      }
      return known.value as Promise<T>;
    },
    forget: (key) => void kept.delete(key),
  };
}
