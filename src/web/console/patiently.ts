/** So long a page waits for new numbers when it has older ones to show, and when it has none, in milliseconds. */
const PATIENCE = { known: 25, first: 1500 };
/** After a failure it is not tried again for so long, in milliseconds. */
const REST = 10_000;

/**
 * For a page that must not wait for what takes long to count: what was loaded before is shown until it has been loaded
 * anew behind the page. Whoever asks meanwhile waits for the same, and only whoever comes first waits longer.
 * @param options.keepMs younger than this, it is not loaded anew
 * @param options.failed told when it could not be loaded; what was loaded before goes on being shown
 * @returns null while there is nothing to show yet
 */
export function patiently<Given, Value>(
  load: (given: Given) => Promise<Value>,
  options: { keepMs: number; now: () => Date; failed: (error: unknown) => void },
): (given: Given) => Promise<Value | null> {
  const { keepMs, now, failed } = options;
  let last: { value: Value; at: number } | null = null;
  let loading: Promise<void> | null = null;
  let restUntil = 0;

  function begin(given: Given): Promise<void> {
    const at = now().getTime();
    return load(given)
      .then((value) => {
        last = { value, at };
      })
      .catch((error: unknown) => {
        restUntil = performance.now() + REST;
        failed(error);
      })
      .finally(() => {
        loading = null;
      });
  }

  return async (given) => {
    const old = last === null || now().getTime() - last.at >= keepMs;
    if (old && (loading !== null || performance.now() >= restUntil)) {
      const patience = last === null && loading === null ? PATIENCE.first : PATIENCE.known;
      loading ??= begin(given);
      await Promise.race([loading, new Promise((done) => setTimeout(done, patience).unref())]);
    }
    return last?.value ?? null;
  };
}
