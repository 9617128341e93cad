/**
 * Whether a test mail may go to this address: the people who work here, and what `preview.testAddresses` lists: whole
 * addresses, domains (`firma.example`), or patterns with `*` (`*@test.example`, `qa-*@firma.example`). A mistyped or
 * foreign address must never get a customer's mail. Pure.
 */
export function mayGetTests(
  address: string,
  given: { people: readonly string[]; listed: readonly string[] },
): boolean {
  const wanted = address.trim().toLowerCase();
  if (/\p{C}/u.test(wanted)) return false;
  if (!/^[^@\s,;<>"]+@[^@\s,;<>"]+$/.test(wanted)) return false;
  if (given.people.some((person) => person.trim().toLowerCase() === wanted)) return true;
  return given.listed.some((entry) => matches(wanted, entry.trim().toLowerCase()));
}

/** Part by part, without a regular expression: several `*` would take one longer than anybody lives. */
function matches(address: string, entry: string): boolean {
  const whole = (entry.includes('@') ? entry : `*@${entry}`).split('@');
  const halves = address.split('@');
  return whole.length === halves.length && whole.every((pattern, i) => fits(halves[i] ?? '', pattern));
}

/** Whether a text is what a pattern says, `*` being any characters. */
function fits(text: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
