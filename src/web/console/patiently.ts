/** So long a page waits for new numbers when it has older ones to show, and when it has none, in milliseconds. */
const PATIENCE = { known: 60, first: 2000 };

/**
 * For a page that must not wait for what takes long to count: what was loaded before is shown until it has been loaded
 * anew behind the page. Whoever asks meanwhile waits for the same.
 * @param options.keepMs younger than this, it is not loaded anew
 * @returns null while it is loaded for the first time and that takes long
 */
export function patiently<Given, Value>(
  load: (given: Given) => Promise<Value>,
  options: { keepMs: number; now: () => Date },
): (given: Given) => Promise<Value | null> {
  const { keepMs, now } = options;
  let last: { value: Value; at: number } | null = null;
  let loading: Promise<void> | null = null;
  return async (given) => {
    if (last === null || now().getTime() - last.at >= keepMs) {
      const at = now().getTime();
      loading ??= load(given)
        .then((value) => {
          last = { value, at };
        })
        .finally(() => {
          loading = null;
        });
      loading.catch(() => {});
      const patience = last === null ? PATIENCE.first : PATIENCE.known;
      await Promise.race([loading, new Promise((done) => setTimeout(done, patience).unref())]);
    }
    return last?.value ?? null;
  };
}
