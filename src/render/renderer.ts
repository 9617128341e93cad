import type { Composition } from '../domain/composition.ts';
import { type Customer, LANGUAGES, type Language, type OwnedProduct } from '../domain/customer.ts';
import type { Library } from '../library/library.ts';
import type { Links } from '../links/links.ts';
import { compileMail, type MailTemplates } from './compile-mail.ts';
import { type BlockText, fillBlock, type LoopName } from './loops.ts';
import { mjmlToHtml, type ToHtml } from './mjml.ts';
import { nameProduct, prepareBlock, prepareMail } from './prepare.ts';
import { readMailSources } from './sources.ts';
import type { MailView, PreparedBlock, PreparedMail } from './view.ts';
import { blockUrls, personalView } from './view-model.ts';
import { parseWords } from './words.ts';

export interface MailInput {
  /** Row of the ledger; 0 for a preview or a test mail. */
  sendId: number;
  campaignId: string;
  customer: Customer;
  composition: Composition;
  owned: OwnedProduct[];
  links: Links;
  /** Marks the subject, so that nobody takes the mail for a real one. */
  test?: boolean;
}

export interface RenderedMail {
  subject: string;
  preheader: string;
  html: string;
  text: string;
}

export interface Renderer {
  /** Fast and synchronous: everything slow was done when the renderer was made. */
  render(input: MailInput): RenderedMail;
  /** What `render` fills the templates with, for previews and measurements. */
  view(input: MailInput): MailView;
  /** The templates of one language, for measurements. */
  templates(language: Language): MailTemplates;
}

/** Different mails and blocks kept ready. Beyond that, all are dropped and made again as needed. */
const MAX_KEPT = 5000;

/**
 * Reads and compiles the templates for this library version. Make a new one when either changes.
 * @throws TemplateError with file and line.
 */
export async function createRenderer(given: {
  library: Library;
  templatesDir: string;
  publicUrl: string;
  toHtml?: ToHtml;
}): Promise<Renderer> {
  const { library } = given;
  const base = given.publicUrl.replace(/\/+$/, '');
  const pictureUrl = (file: string) => `${base}/pictures/${file}`;
  const sources = await readMailSources(given.templatesDir);
  const words = parseWords(sources.words.file, sources.words.source);
  const compile = (language: Language) =>
    compileMail({
      sources,
      words,
      language,
      company: library.settings.company,
      pictureUrl,
      toHtml: given.toHtml ?? mjmlToHtml,
    });
  const byLanguage = {} as Record<Language, MailTemplates>;
  for (const language of LANGUAGES) byLanguage[language] = await compile(language);

  const mails = new Map<string, ReadyMail>();
  const blocks = new Map<string, ReadyBlock>();

  function ready({ composition, owned }: MailInput): ReadyMail {
    const { language } = composition;
    const templates = byLanguage[language];
    const named = composition.blocks.map((block) => ({ block, product: nameProduct(block, library, owned) }));
    const keys = named.map(
      ({ block: { kind, contentId, variantId, productKey }, product }) =>
        `${language}\n${kind}\n${contentId}\n${variantId}\n${productKey}\n${nameKey(product)}`,
    );
    return keep(mails, keys.join('\n\n'), () => {
      const readyBlocks = named.map((one, position) =>
        keep(blocks, keys[position] ?? '', () => {
          const prepared = prepareBlock(one, library, templates, language, pictureUrl);
          const { kind } = one.block;
          const html = templates.html.block(kind, prepared);
          return { kind, prepared, html, text: templates.text.block(kind, prepared) };
        }),
      );
      const prepared = readyBlocks.map((block) => block.prepared);
      return { ...prepareMail(named, prepared, templates, language), blocks: readyBlocks };
    });
  }

  function personal(input: MailInput) {
    const { customer, composition, sendId } = input;
    const mail = ready(input);
    const links = input.links.forMail(sendId, composition.blocks.length);
    const { language } = composition;
    return {
      mail,
      links,
      view: personalView({ mail, customer, language, links, test: input.test ?? false }),
    };
  }

  return {
    templates: (language) => byLanguage[language],

    view(input) {
      const { mail, links, view } = personal(input);
      const of = (kind: LoopName) =>
        mail.blocks.flatMap((block, position) =>
          block.kind === kind ? [{ ...block.prepared, ...blockUrls(links, position) }] : [],
        );
      return { ...view, proven: of('proven'), experimental: of('experimental') };
    },

    render(input) {
      const { mail, links, view } = personal(input);
      const html = { proven: '', experimental: '' };
      const text = { proven: '', experimental: '' };
      mail.blocks.forEach((block, position) => {
        const urls = blockUrls(links, position);
        html[block.kind] += fillBlock(block.html, urls);
        text[block.kind] += fillBlock(block.text, urls);
      });
      const templates = byLanguage[input.composition.language];
      return {
        subject: view.subject,
        preheader: view.preheader,
        html: templates.html.frame({ ...view, ...html }),
        text: templates.text.frame({ ...view, ...text }),
      };
    },
  };
}

/** A block with its texts made, but for the addresses. */
interface ReadyBlock {
  kind: LoopName;
  prepared: PreparedBlock;
  html: BlockText;
  text: BlockText;
}

type ReadyMail = PreparedMail & { blocks: ReadyBlock[] };

/** Only names from the CRM can differ under the same product key. */
const nameKey = (product: unknown): string => (typeof product === 'string' ? product : '');

function keep<T>(kept: Map<string, T>, key: string, make: () => T): T {
  const found = kept.get(key);
  if (found) return found;
  if (kept.size >= MAX_KEPT) kept.clear();
  const made = make();
  kept.set(key, made);
  return made;
}
