import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { campaignContent } from '../../campaign/content.ts';
import { listCampaigns } from '../../ledger/campaigns.ts';
import { productName } from '../../library/grammar.ts';
import type { Content } from '../../render/content.ts';
import type { WebContext } from '../context.ts';
import { crmNames } from '../crm-names.ts';
import { rootOf } from '../root.ts';
import { findCustomers } from './customer-search.ts';
import { mailForFrame, sendMailHtml } from './mail-html.ts';
import { consoleLanguage, contentOrError, sendConsole } from './page.ts';
import { campaignOf, makePreview, type Preview } from './preview-data.ts';
import { shownError, shownProblems } from './problems.ts';
import { leftGroups, whyView } from './why.ts';

const CAMPAIGNS = 50;
/** Innovation ratios to try, in percent. */
const RATIOS = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
/** Gmail clips what is longer. */
const GMAIL_KILOBYTES = 102;

const words = z.string().trim().max(200);
const oneOf = <const T extends [string, ...string[]]>(...values: T) =>
  z.enum(values).catch(values[0] as T[0]);
const query = z.object({
  search: words.catch('').default(''),
  customer: words.catch('').default(''),
  campaign: words.catch('').default(''),
  /** In percent; empty: as it is set. */
  ratio: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().max(100))
    .nullable()
    .catch(null)
    .default(null),
  width: oneOf('desktop', 'phone').default('desktop'),
  scheme: oneOf('light', 'dark').default('light'),
  tab: oneOf('html', 'text', 'source').default('html'),
});
type Query = z.infer<typeof query>;

/** The studio: the real mail of a real customer, beside the reasons for it. */
export function previewRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/preview', async (request, reply) => {
    const asked = query.parse(request.query);
    const { db } = context;
    const campaign = await campaignOf(context, asked.campaign || null);
    const fixed = campaign.contentVersion !== null;
    const [found, campaigns, content] = await Promise.all([
      findCustomers(db, asked.search),
      listCampaigns(db, CAMPAIGNS),
      contentOrError(context, campaign),
    ]);
    const customerId = asked.customer || (found[0]?.id ?? '');
    const chosen = { ...asked, customer: customerId };
    return sendConsole(context, request, reply, {
      name: 'preview',
      place: 'studio',
      data: {
        asked: chosen,
        found: found.map((customer) => ({
          ...customer,
          chosen: customer.id === customerId,
          link: link(chosen, { customer: customer.id }),
        })),
        campaigns: campaigns.map(({ id, name }) => ({ id, name, chosen: id === asked.campaign })),
        switches: switches(chosen),
        ratios: RATIOS.map((value) => ({ value, chosen: value === asked.ratio })),
        fixed: fixed && campaign.id,
        // Lines of the files of now would not be those of the content that is shown.
        ...(await studio(context, request, content, chosen, fixed ? undefined : context.config.libraryDir)),
      },
    });
  });

  app.get('/preview/mail', async (request, reply) => {
    const asked = query.parse(request.query);
    const campaign = await campaignOf(context, asked.campaign || null);
    const content = await campaignContent(context.content, campaign);
    const preview = await makePreview(context, content, requestOf(asked));
    const html = preview.kind === 'mail' ? preview.mail.html : '';
    const { publicUrl } = context.config;
    return sendMailHtml(
      reply,
      mailForFrame(html, { publicUrl, root: rootOf(request.url), scheme: asked.scheme }),
    );
  });
}

/** The part of the page that a change of a file may change. Mistakes become part of it instead of failing it. */
async function studio(
  context: WebContext,
  request: FastifyRequest,
  content: Content | Error,
  asked: Query,
  libraryDir: string | undefined,
) {
  if (content instanceof Error) return { problems: await shownError(libraryDir, content) };
  const problems = await shownProblems(libraryDir, content.problems);
  if (asked.customer === '') return { problems };
  let preview: Preview;
  try {
    preview = await makePreview(context, content, requestOf(asked));
  } catch (error) {
    return { problems: [...(await shownError(libraryDir, error)), ...problems] };
  }
  if (preview.kind === 'unknown_customer') return { problems, unknown: true };
  const language = consoleLanguage(request);
  const { customer, owned } = preview.facts;
  const names = await crmNames(context);
  const shared = {
    problems,
    customer: {
      ...customer,
      name: [customer.title, customer.firstName, customer.lastName].filter(Boolean).join(' ') || customer.id,
      products: owned.map(({ product }) =>
        productName(content.matchProduct(product) ?? product.name, language),
      ),
    },
  };
  const { library } = content;
  if (preview.kind === 'skip') {
    return { ...shared, skip: { reason: preview.reason, left: leftGroups(preview.left, library, language) } };
  }
  const kilobytes = Buffer.byteLength(preview.mail.html) / 1000;
  return {
    ...shared,
    mail: {
      ...preview.mail,
      kilobytes,
      tooBig: kilobytes > GMAIL_KILOBYTES,
      frame: `preview/mail${link(asked, {})}&v=${library.version}-${Date.now().toString(36)}`,
    },
    today: preview.today,
    why: { ...whyView(preview.composition, library, language, names), tried: asked.ratio !== null },
  };
}

const requestOf = (asked: Query) => ({
  customerId: asked.customer,
  campaignId: asked.campaign || null,
  ratio: asked.ratio === null ? null : asked.ratio / 100,
});

/** The same view with something else chosen, as a relative address. */
function link(asked: Query, other: Partial<Query>): string {
  const all = { ...asked, ...other };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(all))
    if (value !== '' && value !== null) search.set(name, String(value));
  return `?${search}`;
}

function switches(asked: Query) {
  const of = <K extends 'width' | 'scheme' | 'tab'>(name: K, values: readonly Query[K][]) =>
    values.map((value) => ({
      word: `preview.${name}.${value}`,
      chosen: asked[name] === value,
      link: link(asked, { [name]: value }),
    }));
  return {
    width: of('width', ['desktop', 'phone']),
    scheme: of('scheme', ['light', 'dark']),
    tab: of('tab', ['html', 'text', 'source']),
  };
}
