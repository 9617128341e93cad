import { join } from 'node:path';
import type { Block } from '../../src/domain/composition.ts';
import type { Customer, Language, OwnedProduct } from '../../src/domain/customer.ts';
import type { Library } from '../../src/library/library.ts';
import { loadLibrary } from '../../src/library/load.ts';
import type { Development, Offer } from '../../src/library/schema.ts';
import { createLinks } from '../../src/links/links.ts';
import type { MailInput } from '../../src/render/renderer.ts';

/** What the tests of rendering stand on: the example's products, and content made for the tests. */

export const templatesDir = join(import.meta.dirname, '../../templates');
export const publicUrl = 'https://post.orvelin.example';
export const secret = 'a secret of the tests, long enough';
export const now = () => new Date('2026-03-01T12:00:00Z');
export const links = createLinks({ secret, publicUrl, now });

const text = (name: string) => ({
  headline: `${name} für {{product}}`,
  body: `Neu für {{yourProduct}}: **${name}**.\n\n- erstens\n- zweitens\n\n[Mehr](https://orvelin.example/${name})`,
  alt: `Bild: ${name}`,
});

const development = (id: string, extra: Partial<Development> = {}): Development => ({
  id,
  kind: 'version',
  products: [],
  families: ['Kennzeichnen'],
  published: '2026-01-01',
  priority: 3,
  important: false,
  picture: 'laserdrucker.png',
  link: 'https://orvelin.example/mehr',
  de: text(id),
  en: text(id),
  ...extra,
});

const offer: Offer = {
  id: 'offer',
  genes: { headline: {}, bridge: {}, picture: {}, benefit: {}, call: {} },
  bridges: [
    { family: 'Wägen', similar: true, de: 'Wer wiegt, misst auch.', en: 'If you weigh, you measure.' },
    {
      product: 'laserdrucker-lx300',
      similar: true,
      de: 'Wer druckt, liest auch.',
      en: 'If you print, you read.',
    },
  ],
  published: '2026-01-01',
  de: text('offer'),
  en: text('offer'),
};

export async function fixtureLibrary(): Promise<Library> {
  const { library } = await loadLibrary(join(templatesDir, 'library'));
  const developments = [
    ...Array.from({ length: 12 }, (_, i) => development(`d${i + 1}`)),
    development('plain', { picture: undefined, link: undefined }),
    development('longest', { de: { headline: 'H'.repeat(200), body: 'Wort '.repeat(399).trim() } }),
  ];
  return {
    ...library,
    developments: new Map(developments.map((one) => [one.id, one])),
    offers: new Map([[offer.id, offer]]),
  };
}

export const customer: Customer = {
  id: '1',
  email: 'eva@kunde.example',
  salutation: 'frau',
  title: 'Dr.',
  firstName: 'Eva',
  lastName: 'Müller-Lüdenscheidt',
  companyName: 'Kunde GmbH',
  companyId: null,
  language: 'de',
  country: 'DE',
  ownerName: 'Jana Roth',
  ownerEmail: null,
  consent: 'consent',
  optedOut: false,
  bounced: false,
  contactRatio: null,
  companyRatio: null,
};

export const proven = (contentId: string, productKey = 'laserdrucker-lx300'): Block => ({
  kind: 'proven',
  contentId,
  variantId: 'base',
  productKey,
  probability: 1,
  reason: 'unseen_development',
});

export const experimental = (productKey = 'laserdrucker-lx300', contentId = 'offer'): Block => ({
  ...proven(contentId, productKey),
  kind: 'experimental',
  probability: 0.5,
  reason: 'experiment_due',
});

export function mail(blocks: Block[], extra: Partial<MailInput> & { language?: Language } = {}): MailInput {
  const { language = 'de', ...rest } = extra;
  const account = { wanted: 0, given: 0, forgiven: 0 };
  return {
    sendId: 4711,
    campaignId: 'c1',
    customer,
    owned: [] as OwnedProduct[],
    links,
    composition: {
      blocks,
      left: [],
      language,
      ratio: { value: 0.2, source: 'default' },
      experimentsDue: 0,
      account: { before: account, after: account },
      seed: 's',
    },
    ...rest,
  };
}

export const addresses = (html: string): string[] =>
  [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1] ?? '');
