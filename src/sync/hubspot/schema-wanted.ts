import type { HubSpotSettings } from '../../library/schema.ts';
import type { HubSpotType } from './mapping.ts';

/** A property that the mapping reads, and that an account may lack. */
export interface WantedProperty {
  type: HubSpotType;
  name: string;
  /** What it is for, as the end of a sentence: "It says …". */
  says: string;
  /** Types of HubSpot properties that can say it. */
  kinds: readonly string[];
  /** Where it stands in settings.yaml. */
  setting: string;
  /** Somebody wrote it there: then doing without it would be silently wrong. */
  chosen: boolean;
  /** What `spielbein hubspot setup` makes when it is missing; null: people must look after it themselves. */
  makes: 'innovationRatio' | 'family' | 'returned' | null;
}

const NUMBER = ['number'];
const TEXT = ['string', 'enumeration'];
const DAY = ['date', 'datetime'];
const YES_NO = ['bool', 'enumeration'];

/** What the settings' property names say, and how such a property must be made. */
const MEANING = {
  contacts: {
    innovationRatio: ['which share of new things a contact is to be shown', NUMBER],
    language: ['in which language to write', TEXT],
    salutation: ['how to address a contact', TEXT],
    title: ['which title a contact has', TEXT],
    country: ['where a contact lives', TEXT],
    legalBasis: ['on what ground a contact is written to', [...TEXT, 'bool']],
  },
  companies: { innovationRatio: ['which share of new things a company is to be shown', NUMBER] },
  products: {
    sku: ['the article number by which a product is recognised', [...TEXT, 'number']],
    family: ['which family a product belongs to', TEXT],
  },
  deals: { date: ['when something was bought', DAY] },
  orders: {
    date: ['when something was bought', DAY],
    status: ['whether an order was cancelled or returned', TEXT],
  },
  subscriptions: {
    date: ['when a subscription began', DAY],
    status: ['whether a subscription has ended', TEXT],
  },
  lineItems: {
    quantity: ['how many pieces were bought', NUMBER],
    sku: ['the article number by which a product is recognised', [...TEXT, 'number']],
    returned: ['whether a piece came back', YES_NO],
  },
} as const satisfies {
  [T in keyof HubSpotSettings['properties']]: Record<
    keyof Required<HubSpotSettings['properties'][T]>,
    readonly [says: string, kinds: readonly string[]]
  >;
};

const MADE_BY_SETUP = new Set(['innovationRatio', 'family', 'returned']);

/** All of them, as the settings say. What is switched off is not wanted. */
export function wantedProperties(settings: HubSpotSettings, defaults: HubSpotSettings): WantedProperty[] {
  const wanted: WantedProperty[] = [];
  for (const [object, meanings] of Object.entries(MEANING)) {
    const type = object === 'lineItems' ? 'line_items' : (object as HubSpotType);
    if ((type === 'orders' || type === 'subscriptions') && !settings[type]) continue;
    const names = settings.properties[object as keyof typeof MEANING] as Record<string, string | undefined>;
    const usual = defaults.properties[object as keyof typeof MEANING] as Record<string, string | undefined>;
    for (const [key, [says, kinds]] of Object.entries(meanings)) {
      const name = names[key];
      if (name === undefined) continue;
      // names beginning with `hs_` are HubSpot's own: nobody else can make them
      const canMake = MADE_BY_SETUP.has(key) && !name.startsWith('hs_');
      const makes = canMake ? (key as WantedProperty['makes']) : null;
      const setting = `hubspot.properties.${object}.${key}`;
      wanted.push({ type, name, says, kinds, setting, chosen: name !== usual[key], makes });
    }
  }
  const { subscriptionType } = settings;
  if (subscriptionType !== undefined) {
    wanted.push({
      type: 'contacts',
      name: `hs_email_optout_${subscriptionType}`,
      says: 'who opted out of this kind of mail in HubSpot',
      kinds: YES_NO,
      setting: 'hubspot.subscriptionType',
      chosen: true,
      makes: null,
    });
  }
  return wanted;
}
