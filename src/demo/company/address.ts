import { AWKWARD } from './awkward.ts';
import { type Dice, pick } from './dice.ts';
import type { Seats } from './layout.ts';
import type { Organisation } from './organisation.ts';
import type { Person } from './person.ts';
import { asciiName } from './spelling.ts';

const PRIVATE_DOMAINS = ['postfach.example', 'freimail.example', 'mailhaus.test', 'inboxly.example'];
const TAGS = ['newsletter', 'orvelin', 'einkauf', 'lx300'];

/** Where a contact gets mail. Null for the few without an address. */
export function address(
  roll: Dice,
  contact: number,
  who: Person,
  firm: Organisation,
  seats: Seats,
): string | null {
  const awkward = AWKWARD.get(contact);
  if (awkward?.email) return awkward.email;
  if (!awkward && roll('no address', contact) < 0.01) return null;

  const first = asciiName(who.first);
  const last = asciiName(who.last);
  const odd = roll('odd address', contact);
  if (worksForNobody(roll, contact)) {
    const year = 1955 + Math.floor(roll('born', contact) * 48);
    return `${first}.${last}.${year}@${pick(PRIVATE_DOMAINS, roll('private domain', contact))}`;
  }
  const style = roll('address style', seats.company);
  let local = `${first}.${last}`;
  if (style < 0.2) local = `${first.slice(0, 1)}.${last}`;
  else if (style < 0.28) local = `${first}_${last}`;
  else if (style < 0.36 && seats.size === 1) local = last;
  if (odd < 0.012) local = `${local}+${pick(TAGS, roll('tag', contact))}`;
  else if (odd < 0.02) local = `${first}.${last}.abteilung-qualitaetssicherung-und-messtechnik`.slice(0, 64);
  return `${local.replace(/[.-]+$/, '')}@${firm.domain}`;
}

/** Some contacts buy for themselves and belong to no company. */
export function worksForNobody(roll: Dice, contact: number): boolean {
  return !AWKWARD.has(contact) && roll('private', contact) < 0.03;
}
