/** Reports say what happened on top; what follows is the returned mail. */
const MAX_TEXT = 100_000;

/** A line that is an address and nothing else: there the words about the next recipient begin. */
const ADDRESS_ALONE = /^\s*<?[^\s<>]{1,128}@[^\s<>]{1,255}>?:?\s*$/;

/**
 * What a report's text for people says about an address (lower-cased): what stands behind it, up to an empty line or
 * the next address. Empty when it says nothing.
 */
export function wordsAbout(text: string, address: string): string {
  const lines = text.slice(0, MAX_TEXT).split(/\r?\n/);
  const at = lines.findIndex((line) => line.toLowerCase().includes(address));
  if (at < 0) return '';
  const line = lines[at] ?? '';
  const behind = line.slice(line.toLowerCase().indexOf(address) + address.length).replace(/^[>:\s]+/, '');
  const below = lines.slice(at + 1);
  const end = below.findIndex((each) => each.trim() === '' || ADDRESS_ALONE.test(each));
  return [behind, ...below.slice(0, end < 0 ? undefined : end)]
    .map((each) => each.trim())
    .filter(Boolean)
    .join(' ')
    .slice(0, 2000);
}
