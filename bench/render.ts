/**
 * Mails a second: rendering a whole mail (links, subject, HTML, text) against running the precompiled
 * Handlebars template for its HTML alone, over the same customers.
 *
 *     node bench/render.ts [--json]
 */
import { join } from 'node:path';
import type { Block, Composition } from '../src/domain/composition.ts';
import type { Customer, OwnedProduct } from '../src/domain/customer.ts';
import type { Library } from '../src/library/library.ts';
import { requireLibrary } from '../src/library/load.ts';
import { createLinks } from '../src/links/links.ts';
import { compileTemplate } from '../src/render/brackets.ts';
import { createRenderer, type MailInput } from '../src/render/renderer.ts';

export interface RenderFigures {
  /** Different customers in one round. */
  mails: number;
  rounds: number;
  /** Median of the rounds, mails a second. */
  templateAlone: number;
  render: number;
  /** How many times slower `render` is than the template alone; at most 1.5 is the aim. */
  ratio: number;
  htmlBytes: number;
}

const root = join(import.meta.dirname, '..');
const publicUrl = 'https://post.orvelin.example';

/** Alternating rounds, so that what slows the machine down slows both. */
export async function benchRender({ mails = 2000, rounds = 31 } = {}): Promise<RenderFigures> {
  const library = await requireLibrary(join(root, 'templates/library'));
  const renderer = await createRenderer({ library, templatesDir: join(root, 'templates'), publicUrl });
  const links = createLinks({
    secret: 'only for measuring, nothing is sent',
    publicUrl,
    now: () => new Date(),
  });
  const inputs = Array.from({ length: mails }, (_, i) => exampleMail(library, links, i));

  const views = inputs.map((input) => renderer.view(input));
  const template = compileTemplate(renderer.templates('de').html.source, { escape: true });

  const alone = () => views.reduce((sum, view) => sum + template(view).length, 0);
  const whole = () =>
    inputs.reduce((sum, input) => {
      const { html, text, subject } = renderer.render(input);
      return sum + html.length + text.length + subject.length;
    }, 0);

  const times: { alone: number[]; whole: number[] } = { alone: [], whole: [] };
  for (let round = -3; round < rounds; round++) {
    const order = round % 2 === 0 ? (['alone', 'whole'] as const) : (['whole', 'alone'] as const);
    for (const what of order) {
      const started = process.hrtime.bigint();
      what === 'alone' ? alone() : whole();
      // the first rounds only warm up
      if (round >= 0) times[what].push(Number(process.hrtime.bigint() - started) / 1e9);
    }
  }
  const templateAlone = mails / median(times.alone);
  const render = mails / median(times.whole);
  const first = inputs[0];
  return {
    mails,
    rounds,
    templateAlone: Math.round(templateAlone),
    render: Math.round(render),
    ratio: Math.round((templateAlone / render) * 100) / 100,
    htmlBytes: first ? Buffer.byteLength(renderer.render(first).html) : 0,
  };
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

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const figures = await benchRender();
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(figures));
  } else {
    const number = (value: number) => value.toLocaleString('en').padStart(9);
    console.log(`${figures.mails} customers, median of ${figures.rounds} alternating rounds
  HTML template alone     ${number(figures.templateAlone)} mails/s
  render, the whole mail  ${number(figures.render)} mails/s
  times slower            ${figures.ratio.toFixed(2).padStart(9)}   (aim: at most 1.50)
  HTML of one mail        ${number(figures.htmlBytes)} bytes`);
  }
}
