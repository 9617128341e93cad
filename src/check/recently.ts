/**
 * Keeps the results of slow work on what comes again and again, such as the style sheet of a template: at most
 * `max` of them, those asked for last.
 */
export function recently<T>(max: number, make: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>();
  return (key) => {
    const found = kept.get(key);
    const value = found ?? make(key);
    kept.delete(key);
    kept.set(key, value);
    if (kept.size > max) kept.delete(kept.keys().next().value as string);
    return value;
  };
}
