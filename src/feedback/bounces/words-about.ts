/** Reports say what happened on top; what follows is the returned mail. */
const MAX_TEXT = 100_000;
/** Nobody says more about one address. */
const MAX_LINES = 60;
const MAX_WORDS = 2000;

/** A line that is an address and nothing else: there the words about the next recipient begin. */
const ADDRESS_ALONE = /^\s*<?[^\s<>]{1,128}@[^\s<>]{1,255}>?:?\s*$/;

/**
 * What a report's text for people says about an address (lower-cased): what stands behind it, up to an empty line or
 * the next address. Empty when it says nothing.
 * @param text taken apart once, however many addresses are asked for
 */
export function wordsIn(text: string): (address: string) => string {
  const lines = text.slice(0, MAX_TEXT).split(/\r?\n/);
  const lower = lines.map((line) => line.toLowerCase());
  return (address) => {
    const at = lower.findIndex((line) => line.includes(address));
    if (at < 0) return '';
    const start = (lower[at] ?? '').indexOf(address) + address.length;
    const behind = (lines[at] ?? '').slice(start).replace(/^[>:\s]+/, '');
    const below = lines.slice(at + 1, at + 1 + MAX_LINES);
    const end = below.findIndex((each) => each.trim() === '' || ADDRESS_ALONE.test(each));
    return [behind, ...below.slice(0, end < 0 ? undefined : end)]
      .map((each) => each.slice(0, MAX_WORDS).trim())
      .filter(Boolean)
      .join(' ')
      .slice(0, MAX_WORDS);
  };
}
