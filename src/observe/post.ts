import { setTimeout as sleep } from 'node:timers/promises';

/** In milliseconds. */
export interface PostTimes {
  /** How long one try may take. */
  timeout: number;
  /** Pauses between tries; there is one try more than pauses. */
  pauses: readonly number[];
}

const TIMES: PostTimes = { timeout: 10_000, pauses: [1000, 5000] };

/**
 * Posts JSON to a webhook, and again when it does not answer or answers with 429 or 5xx.
 * @returns what went wrong, in words without the address; null when it was taken
 */
export async function postJson(
  url: string,
  body: unknown,
  signal: AbortSignal,
  times: Partial<PostTimes> = {},
): Promise<string | null> {
  const { timeout, pauses } = { ...TIMES, ...times };
  for (let attempt = 0; ; attempt++) {
    const { problem, passing } = await tryOnce(
      url,
      body,
      AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
    );
    const pause = pauses[attempt];
    if (problem === null || !passing || pause === undefined || signal.aborted) return problem;
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}

async function tryOnce(
  url: string,
  body: unknown,
  signal: AbortSignal,
): Promise<{ problem: string | null; passing: boolean }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // somewhere else is not where this was meant to go
      redirect: 'manual',
      signal,
    });
    await response.body?.cancel();
    if (response.ok) return { problem: null, passing: false };
    const { status } = response;
    return { problem: `it answered ${status}.`, passing: status === 429 || status >= 500 };
  } catch (error) {
    return { problem: reasonOf(error), passing: true };
  }
}

/** Why there was no answer: the system's code, since fetch's own words may repeat the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it does not answer.';
  if (error.name === 'TimeoutError') return 'it does not answer in time.';
  if (error.name === 'AbortError') return 'the process ended before it answered.';
  const code = (error.cause as { code?: string } | undefined)?.code;
  return `it can’t be reached${code === undefined ? '' : ` (${code})`}.`;
}
