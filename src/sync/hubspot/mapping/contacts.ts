import type { HubSpotSettings } from '../../../library/schema.ts';
import { maskEmail, plausibleEmail } from '../../clean.ts';
import { countryCode } from '../../country.ts';
import { isoMoment, parseRatio } from '../../figures.ts';
import { chooseLanguage, consentFromLegalBasis, parseSalutation } from '../../person.ts';
import type { Problem } from '../../port.ts';
import type { CustomerRow } from '../../rows.ts';
import { type CrmRecord, isYes, type Mapped, madeAt, property, valueOr } from './records.ts';

/** HubSpot's own code of the country, where the account has it; it goes before what was typed. */
const REGION_CODE = 'hs_country_region_code';

/** What is asked of contacts. */
export function contactProperties({ properties: { contacts } }: HubSpotSettings): string[] {
  return [
    'email',
    'firstname',
    'lastname',
    contacts.salutation,
    contacts.language,
    contacts.country,
    REGION_CODE,
    'associatedcompanyid',
    'hubspot_owner_id',
    'hs_legal_basis',
    'hs_email_optout',
    'hs_email_hard_bounce_reason_enum',
    contacts.innovationRatio,
    'createdate',
    'lastmodifieddate',
    'hs_merged_object_ids',
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
    ...parseSalutation(property(record, names.salutation)),
    firstName: property(record, 'firstname'),
    lastName: property(record, 'lastname'),
    companyId: reference(property(record, 'associatedcompanyid')),
    ownerId: reference(property(record, 'hubspot_owner_id')),
    language: chooseLanguage(property(record, names.language), country, region ?? typed),
    country,
    consent: consentFromLegalBasis(property(record, 'hs_legal_basis')),
    optedOut: isYes(property(record, 'hs_email_optout')),
    bounced: property(record, 'hs_email_hard_bounce_reason_enum') !== null,
    innovationRatio: valueOr(parseRatio(property(record, names.innovationRatio)), null, name, problems),
    createdAt: isoMoment(property(record, 'createdate')) ?? madeAt(record),
  };
  return { row, problems };
}

/** Ids that were merged into this contact: they vanish from the CRM without being archived. */
export function mergedIds(record: CrmRecord): string[] {
  return (property(record, 'hs_merged_object_ids') ?? '')
    .split(/[;,\s]+/)
    .filter((id) => id !== '' && id !== record.id);
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
