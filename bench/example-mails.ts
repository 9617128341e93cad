import { join } from 'node:path';
import type { Block, Composition } from '../src/domain/composition.ts';
import type { Customer, OwnedProduct } from '../src/domain/customer.ts';
import type { Library } from '../src/library/library.ts';
import { requireLibrary } from '../src/library/load.ts';
import { createLinks } from '../src/links/links.ts';
import { createRenderer, type MailInput, type Renderer } from '../src/render/renderer.ts';

const root = join(import.meta.dirname, '..');
const publicUrl = 'https://post.orvelin.example';

/** What renders the demo company's mails, and the facts for the n-th of them; no two are alike. */
export async function exampleMailMaker(): Promise<{ renderer: Renderer; input(n: number): MailInput }> {
  const library = await requireLibrary(join(root, 'templates/library'));
  const renderer = await createRenderer({ library, templatesDir: join(root, 'templates'), publicUrl });
  const links = createLinks({
    secret: 'only for measuring, nothing is sent',
    publicUrl,
    now: () => new Date(),
  });
  return { renderer, input: (n) => exampleMail(library, links, n) };
}

/** So many of them. */
export async function exampleMails(count: number): Promise<{ renderer: Renderer; inputs: MailInput[] }> {
  const { renderer, input } = await exampleMailMaker();
  return { renderer, inputs: Array.from({ length: count }, (_, n) => input(n)) };
}

/** Three developments and one experiment, another choice for each customer. */
function exampleMail(library: Library, links: MailInput['links'], i: number): MailInput {
  const keys = [...library.products.keys()];
  const developments = [...library.developments.values()].filter((one) => one.de);
  const offers = [...library.offers.values()].filter((one) => one.de);
  const productKey = (n: number) => keys[(i * 7 + n * 5) % keys.length] ?? '';
  const block = (kind: Block['kind'], contentId: string, n: number): Block => ({
    kind,
    contentId,
    variantId: 'base',
    productKey: productKey(n),
    probability: 1,
    reason: kind === 'proven' ? 'unseen_development' : 'experiment_due',
  });
  const blocks = [0, 1, 2].map((n) =>
    block('proven', developments[(i * 3 + n * 11) % developments.length]?.id ?? '', n),
  );
  blocks.push(block('experimental', offers[i % offers.length]?.id ?? '', 0));
  const account = { wanted: 0, given: 0, forgiven: 0 };
  const composition: Composition = {
    blocks,
    left: [],
    language: 'de',
    ratio: { value: 0.25, source: 'default' },
    experimentsDue: 1,
    account: { before: account, after: account },
    seed: String(i),
  };
  const owned: OwnedProduct[] = [];
  return { sendId: i + 1, campaignId: 'bench', customer: exampleCustomer(i), composition, owned, links };
}

const exampleCustomer = (i: number): Customer => ({
  id: String(i),
  email: `kunde${i}@example.com`,
  salutation: i % 3 === 0 ? null : i % 2 === 0 ? 'frau' : 'herr',
  title: i % 5 === 0 ? 'Dr.' : null,
  firstName: `Vorname${i}`,
  lastName: `Müller-Lüdenscheidt${i}`,
  companyName: null,
  companyId: null,
  language: 'de',
  country: 'DE',
  ownerName: i % 4 === 0 ? null : 'Jana Roth',
  ownerEmail: null,
  consent: i % 2 === 0 ? 'consent' : 'existing_customer',
  optedOut: false,
  bounced: false,
  contactRatio: null,
  companyRatio: null,
});
