/**
 * Keeps the last `limit` things that were asked for. Each is loaded once, even when asked for by several at
 * once; what failed is tried again by whoever asks next.
 */
export function recentlyUsed<T>(limit: number): (key: string, load: () => Promise<T>) => Promise<T> {
  // In the order of last use: the first is the one nobody has asked for longest.
  const kept = new Map<string, Promise<T>>();
  return (key, load) => {
    const thing = kept.get(key) ?? load();
    kept.delete(key);
    kept.set(key, thing);
    thing.catch(() => {
      if (kept.get(key) === thing) kept.delete(key);
    });
    const [oldest] = kept.keys();
    if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
    return thing;
  };
}
