/** Milliseconds; whoever posts a webhook waits meanwhile. */
const PATIENCE = 5000;
const LONGEST = 100_000;

export type FetchText = (url: string) => Promise<string>;

/**
 * Fetches a small text, and nothing else: no redirects, no long waits, no large answers.
 * @throws when there is none to be had
 */
export const fetchText: FetchText = async (url) => {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST) throw new Error('The answer is too long.');
  }
  return text;
};

/** Remembers what was fetched: certificates change once a year, and messages come by the thousand. */
export function remembering(fetchOne: FetchText): FetchText {
  const known = new Map<string, Promise<string>>();
  return (url) => {
    const found = known.get(url);
    if (found) return found;
    // Old ones are forgotten by and by.
    if (known.size >= 10) known.delete(known.keys().next().value ?? '');
    const fetched = fetchOne(url);
    fetched.catch(() => known.delete(url));
    known.set(url, fetched);
    return fetched;
  };
}
