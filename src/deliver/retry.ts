/**
 * How long to wait before the next try, in milliseconds: 1, 4, 16, 64 minutes …, at most 4 hours, spread by
 * up to a quarter so that refused mails do not come back in one wave.
 * @param uniform a random number in [0, 1)
 */
export function retryDelay(attempts: number, uniform: number): number {
  const minutes = Math.min(4 ** Math.max(0, attempts - 1), 240);
  return minutes * 60_000 * (1 + uniform / 4);
}
