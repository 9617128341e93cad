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
  if (!/^[^@\s,;<>"]+@[^@\s,;<>"]+$/.test(wanted)) return false;
  if (given.people.some((person) => person.trim().toLowerCase() === wanted)) return true;
  return given.listed.some((entry) => matches(wanted, entry.trim().toLowerCase()));
}

function matches(address: string, entry: string): boolean {
  const whole = entry.includes('@') ? entry : `*@${entry}`;
  const parts = whole.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^@]*')}$`).test(address);
}
