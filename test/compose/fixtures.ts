import type { ComposeContext } from '../../src/compose/compose.ts';
import type { CustomerFacts } from '../../src/compose/facts.ts';
import { nothingLearned } from '../../src/compose/learned.ts';
import { NO_PREFERENCES } from '../../src/domain/conversation.ts';
import type { Customer, OwnedProduct } from '../../src/domain/customer.ts';
import type { Library } from '../../src/library/library.ts';
import { type Development, type Offer, settingsFile } from '../../src/library/schema.ts';

/** Builders: a customer who may be written to and owns a laser, and a small library about it. */

export const now = new Date('2026-06-15T08:00:00Z');
const text = { headline: 'Headline', body: 'Body' };

export function customer(changes: Partial<Customer> = {}): Customer {
  return {
    id: '1',
    email: 'anna.berg@example.test',
    salutation: 'frau',
    title: null,
    firstName: 'Anna',
    lastName: 'Berg',
    companyName: 'Berg KG',
    companyId: 'c1',
    language: 'de',
    country: 'DE',
    ownerName: null,
    ownerEmail: null,
    consent: 'consent',
    optedOut: false,
    bounced: false,
    contactRatio: null,
    companyRatio: null,
    ...changes,
  };
}

export function owns(key: string, family = 'Kennzeichnen', quantity = 1): OwnedProduct {
  return { product: { id: key, sku: key, name: key, family }, quantity, since: '2020-01-01' };
}

export function facts(changes: Partial<CustomerFacts> = {}): CustomerFacts {
  return {
    customer: customer(),
    archived: false,
    suppressed: false,
    duplicate: false,
    owned: [owns('laser')],
    shown: new Map(),
    answers: new Map(),
    notBefore: new Map(),
    preferences: NO_PREFERENCES,
    heldOut: { shown: new Map(), mails: [], account: null },
    account: { wanted: 0, given: 0, forgiven: 0 },
    recentMails: [],
    inFlight: false,
    ...changes,
  };
}

export function development(id: string, changes: Partial<Development> = {}): Development {
  return {
    id,
    kind: 'version',
    products: ['laser'],
    families: [],
    published: '2026-05-01',
    priority: 3,
    important: false,
    de: text,
    en: text,
    ...changes,
  };
}

export const NO_GENES: Offer['genes'] = { headline: {}, bridge: {}, picture: {}, benefit: {}, call: {} };

export function offer(id: string, changes: Partial<Offer> = {}): Offer {
  return {
    id,
    bridges: [{ product: 'laser', similar: true }],
    genes: NO_GENES,
    published: '2026-05-01',
    de: text,
    en: text,
    ...changes,
  };
}

export function library(
  content: {
    developments?: Development[];
    offers?: Offer[];
    rules?: Partial<Library['settings']['rules']>;
  } = {},
): Library {
  const settings = settingsFile.parse({
    company: {
      name: 'Orvelin Werke GmbH',
      website: 'https://orvelin.example',
      imprint: { de: ['Orvelin Werke GmbH', 'Esslingen'], en: ['Orvelin Werke GmbH', 'Esslingen'] },
      privacyUrl: 'https://orvelin.example/datenschutz',
    },
    rules: { holdout: 0, ...content.rules },
  });
  const byId = <T extends { id: string }>(list: T[]) => new Map(list.map((item) => [item.id, item]));
  return {
    settings,
    products: new Map([
      [
        'laser',
        {
          key: 'laser',
          skus: ['laser'],
          names: [],
          family: 'Kennzeichnen',
          de: { name: 'Laser' },
          en: { name: 'laser' },
        },
      ],
      [
        'scale',
        {
          key: 'scale',
          skus: ['scale'],
          names: [],
          family: 'Wägen',
          de: { name: 'Waage' },
          en: { name: 'scale' },
        },
      ],
    ]),
    developments: byId(content.developments ?? [development('d1'), development('d2'), development('d3')]),
    offers: byId(content.offers ?? [offer('o1'), offer('o2')]),
    questions: new Map(),
    picturesDir: '/nowhere',
    version: 'test',
  };
}

export function context(changes: Partial<ComposeContext> & { library?: Library } = {}): ComposeContext {
  const given = changes.library ?? library();
  return {
    campaign: { id: 'spring', audience: {} },
    library: given,
    matchProduct: (product) => given.products.get(product.sku ?? ''),
    learned: nothingLearned,
    randomKey: 'key',
    now,
    ...changes,
  };
}
