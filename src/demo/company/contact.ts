import { address, worksForNobody } from './address.ts';
import { AWKWARD } from './awkward.ts';
import { type Dice, pick, weighted } from './dice.ts';
import { idAt } from './ids.ts';
import type { Seats } from './layout.ts';
import { type Organisation, organisation } from './organisation.ts';
import { OWNERS } from './owners.ts';
import { type Person, person } from './person.ts';
import { DAY, type DemoRecord, HISTORY_DAYS, iso } from './record.ts';

const CONSENT = 'Freely given consent from contact';
const CUSTOMER = 'Legitimate interest – existing customer';
const CONTRACT = 'Performance of a contract';

/** Why a contact may be written to: hs_legal_basis and its share. */
const LEGAL_BASES: readonly (readonly [string | null, number])[] = [
  [CONSENT, 0.22],
  [`${CONSENT};${CUSTOMER}`, 0.08],
  [CUSTOMER, 0.35],
  [CONTRACT, 0.12],
  [`${CUSTOMER};${CONTRACT}`, 0.08],
  [null, 0.1],
  ['Legitimate interest – prospect/lead', 0.02],
  ['Legitimate interest – other', 0.015],
  ['Not applicable', 0.015],
];

/** Innovation ratios that people have set, as they typed them. */
export const SET_RATIOS = ['0', '0.05', '0.1', '0.1', '0.2', '0.25', '0.33', '0.5', '0.75', '1'] as const;

const JOBS = {
  german: [
    'Einkauf',
    'Produktionsleitung',
    'Qualitätssicherung',
    'Instandhaltung',
    'Geschäftsführung',
    'Labor',
  ],
  other: [
    'Purchasing',
    'Production Manager',
    'Quality Manager',
    'Maintenance',
    'Managing Director',
    'Laboratory',
  ],
};

/** Everything a contact's record is made from. */
export interface ContactFacts {
  roll: Dice;
  /** Start of the day the company is seen on, epoch ms: nothing generated is later. */
  midnight: number;
  seatsOf: (contact: number) => Seats;
}

/** When a contact came into the CRM, epoch ms. */
export function contactCreated(roll: Dice, contact: number, midnight: number): number {
  return Math.floor(midnight - DAY - roll('age', contact) * (HISTORY_DAYS - 1) * DAY);
}

/** When a contact was last changed, epoch ms: cheap, because searches ask it of everyone. */
export function contactModified(roll: Dice, contact: number, midnight: number): number {
  const created = contactCreated(roll, contact, midnight);
  return Math.floor(created + roll('touched', contact) ** 0.4 * (midnight - 1 - created));
}

export function contactRecord(facts: ContactFacts, contact: number): DemoRecord {
  const { roll, midnight, seatsOf } = facts;
  const seats = seatsOf(contact);
  const firm = organisation(roll, seats.company);
  const awkward = AWKWARD.get(contact);
  const alone = worksForNobody(roll, contact);
  const twin = duplicates(roll, contact);
  // a duplicate is the same person once more, with the same address
  const original = twin ? contact - 1 : contact;
  const home = seatsOf(original);
  const homeFirm = home.company === seats.company ? firm : organisation(roll, home.company);
  const who = person(roll, original, homeFirm.region);
  const email = address(roll, original, who, homeFirm, home);

  const createdAt = contactCreated(roll, contact, midnight);
  const updatedAt = contactModified(roll, contact, midnight);
  const unknown = awkward ? 1 : roll('unknown name', contact);
  const properties = {
    email: email && twin && roll('capital', contact) < 0.5 ? email[0]?.toUpperCase() + email.slice(1) : email,
    firstname: unknown < 0.05 ? null : (awkward?.firstname ?? who.first),
    lastname: awkward?.lastname ?? who.last,
    salutation: unknown > 0.03 && unknown < 0.08 ? null : salutation(who, firm),
    hs_language: roll('no language', contact) < 0.12 ? null : firm.region.language,
    country:
      roll('no country', contact) < 0.06 ? null : pick(firm.region.countryTexts, roll('country', contact)),
    hs_country_region_code: roll('no code', contact) < 0.15 ? null : firm.region.code,
    company: alone ? null : firm.name,
    jobtitle: pick(firm.region.german ? JOBS.german : JOBS.other, roll('job', contact)),
    associatedcompanyid: alone ? null : String(idAt('companies', seats.company)),
    hubspot_owner_id: roll('no owner', contact) < 0.03 ? null : pick(OWNERS, roll('owner', seats.company)).id,
    hs_legal_basis: awkward ? CONSENT : weighted(LEGAL_BASES, roll('legal basis', contact)),
    hs_email_optout: optOut(awkward ? 1 : roll('opt-out', contact)),
    hs_email_hard_bounce_reason_enum: !awkward && roll('bounce', contact) < 0.01 ? 'UNKNOWN_USER' : null,
    innovation_ratio: roll('ratio', contact) < 0.25 ? pick(SET_RATIOS, roll('ratio value', contact)) : null,
    createdate: iso(createdAt),
    hs_merged_object_ids: null,
  };
  return { id: idAt('contacts', contact), properties, createdAt, updatedAt };
}

function duplicates(roll: Dice, contact: number): boolean {
  return (
    contact > 0 && !AWKWARD.has(contact) && !AWKWARD.has(contact - 1) && roll('duplicate', contact) < 0.01
  );
}

function salutation(who: Person, firm: Organisation): string {
  const word = firm.region.german ? (who.woman ? 'Frau' : 'Herr') : who.woman ? 'Ms' : 'Mr';
  return who.title ? `${word} ${who.title}` : word;
}

function optOut(roll: number): string | null {
  if (roll < 0.04) return 'true';
  return roll < 0.3 ? 'false' : null;
}
