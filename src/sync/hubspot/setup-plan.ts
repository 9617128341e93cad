import type { Language } from '../../domain/customer.ts';
import { HUBSPOT_DEFAULTS, type HubSpotSettings } from '../../library/schema.ts';
import type { HubSpotType } from './mapping.ts';
import { type AccountSchema, checkSchema, isMissing, type SchemaFinding } from './schema-check.ts';
import { type WantedProperty, wantedProperties } from './schema-wanted.ts';
import { PROPERTY_TEXTS } from './setup-texts.ts';

/** Where the properties that `setup` makes stand in HubSpot. */
export const GROUP = 'spielbein';

/** A property as HubSpot's API takes it. */
export interface NewProperty {
  type: HubSpotType;
  body: {
    name: string;
    label: string;
    description: string;
    type: 'number' | 'string' | 'bool';
    fieldType: 'number' | 'text' | 'booleancheckbox';
    groupName: string;
    options?: { label: string; value: string; displayOrder: number; hidden: boolean }[];
  };
}

export interface SetupPlan {
  make: NewProperty[];
  /** What `setup` would have made, but it is there already. */
  present: { type: HubSpotType; name: string }[];
  /** What only people can put right. */
  trouble: SchemaFinding[];
}

/** What an account lacks that we can make. Nothing that exists is ever changed. */
export function planSetup(settings: HubSpotSettings, schema: AccountSchema, language: Language): SetupPlan {
  const findings = checkSchema(settings, schema);
  const plan: SetupPlan = { make: [], present: [], trouble: [] };
  const made = new Set<string>();
  for (const wanted of wantedProperties(settings, HUBSPOT_DEFAULTS)) {
    const defined = schema.properties[wanted.type];
    if (!wanted.makes || !defined) continue;
    const about = `${wanted.type}.${wanted.name}`;
    if (!isMissing(wanted, defined)) plan.present.push({ type: wanted.type, name: wanted.name });
    else if (findings.some((each) => each.about === about && each.code === 'crm_property_missing')) {
      plan.make.push(newProperty(wanted, wanted.makes, language));
      made.add(about);
    }
  }
  plan.trouble = findings.filter(({ about }) => !made.has(about));
  return plan;
}

const KIND = {
  innovationRatio: { type: 'number', fieldType: 'number' },
  family: { type: 'string', fieldType: 'text' },
  returned: { type: 'bool', fieldType: 'booleancheckbox' },
} as const;

function newProperty(
  { type, name }: WantedProperty,
  makes: NonNullable<WantedProperty['makes']>,
  language: Language,
): NewProperty {
  const text = makes === 'innovationRatio' ? (type === 'contacts' ? 'contactRatio' : 'companyRatio') : makes;
  const options = makes === 'returned' ? { options: yesAndNo(language) } : {};
  return {
    type,
    body: { name, groupName: GROUP, ...PROPERTY_TEXTS[text][language], ...KIND[makes], ...options },
  };
}

/** HubSpot wants both answers of a check box named. */
function yesAndNo(language: Language) {
  const [yes, no] = language === 'de' ? ['Ja', 'Nein'] : ['Yes', 'No'];
  return [
    { label: yes, value: 'true', displayOrder: 0, hidden: false },
    { label: no, value: 'false', displayOrder: 1, hidden: false },
  ];
}
