import type { HubSpotSettings } from '../../../library/schema.ts';
import { maskEmail, plausibleEmail } from '../../clean.ts';
import { countryCode } from '../../country.ts';
import { isoMoment, parseRatio } from '../../figures.ts';
import { chooseLanguage, consentFromLegalBasis, parseSalutation } from '../../person.ts';
import type { Problem } from '../../port.ts';
import type { CustomerRow } from '../../rows.ts';
import { MERGED_IDS } from './merged.ts';
import { type CrmRecord, isYes, type Mapped, madeAt, property, valueOr } from './records.ts';

/** HubSpot's own code of the country, where the account has it; it goes before what was typed. */
const REGION_CODE = 'hs_country_region_code';

/** Why HubSpot gave an address up after a bounce: it writes to nobody of whom this is set, until somebody clears it. */
const HARD_BOUNCE = 'hs_email_hard_bounce_reason_enum';
/**
 * Check boxes that HubSpot sets: the address can't be one, or must not be written to (traps, abuse). Not taken:
 * `hs_email_bounce` counts passing bounces, too, and `hs_email_is_ineligible` mixes all of these with the opt-outs.
 */
const DEAD_ADDRESS = ['hs_email_bad_address', 'hs_email_quarantined'] as const;

/** Opted out of everything, or of the kind of mail that ours is. */
function optOutProperties(subscriptionType: string | undefined): string[] {
  return [
    'hs_email_optout',
    ...(subscriptionType === undefined ? [] : [`hs_email_optout_${subscriptionType}`]),
  ];
}

/** What is asked of contacts. */
export function contactProperties({ properties: { contacts }, subscriptionType }: HubSpotSettings): string[] {
  return [
    'email',
    'firstname',
    'lastname',
    contacts.salutation,
    ...(contacts.title === undefined ? [] : [contacts.title]),
    contacts.language,
    contacts.country,
    REGION_CODE,
    'associatedcompanyid',
    'hubspot_owner_id',
    contacts.legalBasis,
    ...optOutProperties(subscriptionType),
    HARD_BOUNCE,
    ...DEAD_ADDRESS,
    contacts.innovationRatio,
    'createdate',
    'lastmodifieddate',
    MERGED_IDS,
  ];
}

export function mapContact(record: CrmRecord, settings: HubSpotSettings): Mapped<CustomerRow> {
  const names = settings.properties.contacts;
  const name = `customer ${record.id}`;
  const problems: Problem[] = [];
  const region = property(record, REGION_CODE);
  const typed = property(record, names.country);
  const country = countryCode(region) ?? countryCode(typed);
  const row: CustomerRow = {
    id: record.id,
    email: mapEmail(record.properties.email, name, problems),
    ...addressed(property(record, names.salutation), names.title && property(record, names.title)),
    firstName: property(record, 'firstname'),
    lastName: property(record, 'lastname'),
    companyId: reference(property(record, 'associatedcompanyid')),
    ownerId: reference(property(record, 'hubspot_owner_id')),
    language: chooseLanguage(property(record, names.language), country, region ?? typed),
    country,
    consent: consentFromLegalBasis(property(record, names.legalBasis)),
    optedOut: optOutProperties(settings.subscriptionType).some((one) => isYes(property(record, one))),
    bounced:
      property(record, HARD_BOUNCE) !== null || DEAD_ADDRESS.some((one) => isYes(property(record, one))),
    innovationRatio: valueOr(parseRatio(property(record, names.innovationRatio)), null, name, problems),
    createdAt: isoMoment(property(record, 'createdate')) ?? madeAt(record),
  };
  return { row, problems };
}

/** A title in a property of its own goes before one in the salutation. */
function addressed(salutation: string | null, title: string | null | undefined) {
  const parsed = parseSalutation(salutation);
  return title ? { ...parsed, title: parseSalutation(title).title ?? parsed.title } : parsed;
}

function mapEmail(raw: string | null | undefined, record: string, problems: Problem[]): string | null {
  const email = raw?.trim() ?? '';
  if (email === '') return null;
  if (plausibleEmail(email)) return email;
  problems.push({
    record,
    code: 'email_impossible',
    message: `The e-mail address (${maskEmail(email)}) can't be one; no mail goes there.`,
  });
  return null;
}

/** HubSpot clears references to "" or, in imports, to "0". */
function reference(id: string | null): string | null {
  return id === '0' ? null : id;
}
