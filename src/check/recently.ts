/** Keys of all that one cache keeps, in characters: a few megabytes at most, however large single mails are. */
const MOST_CHARACTERS = 8_000_000;

/**
 * Keeps the results of slow work on what comes again and again, such as the style sheet of a template: at most
 * `max` of them, those asked for last.
 */
export function recently<T>(max: number, make: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>();
  let characters = 0;
  return (key) => {
    const known = kept.has(key);
    const value = known ? (kept.get(key) as T) : make(key);
    if (kept.delete(key)) characters -= key.length;
    kept.set(key, value);
    characters += key.length;
    while (kept.size > max || (characters > MOST_CHARACTERS && kept.size > 1)) {
      const [oldest] = kept.keys();
      kept.delete(oldest as string);
      characters -= oldest?.length ?? 0;
    }
    return value;
  };
}
