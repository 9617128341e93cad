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

/** Texts remembered, and fetched at a time: anybody can ask for names that do not exist. */
const KNOWN = 10;
const AT_A_TIME = 3;

/**
 * Remembers what was fetched: certificates change once a year, and messages come by the thousand. What could not be
 * fetched takes nobody's place.
 */
export function remembering(fetchOne: FetchText): FetchText {
  const known = new Map<string, string>();
  const underWay = new Map<string, Promise<string>>();
  return async (url) => {
    const found = known.get(url) ?? underWay.get(url);
    if (found !== undefined) return await found;
    if (underWay.size >= AT_A_TIME) throw new Error('Too much is being fetched at this moment.');
    const fetching = fetchOne(url);
    underWay.set(url, fetching);
    try {
      const text = await fetching;
      if (known.size >= KNOWN) known.delete(known.keys().next().value ?? '');
      known.set(url, text);
      return text;
    } finally {
      underWay.delete(url);
    }
  };
}
