import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { countMailbox, listMailbox, readMailbox } from '../../mailbox/store.ts';
import { inScheme } from '../../studio/dark.ts';
import type { WebContext } from '../context.ts';
import { rootOf } from '../root.ts';
import { mailForFrame, sendMailHtml } from './mail-html.ts';
import { missing, sendConsole } from './page.ts';

const ON_PAGE = 50;
/** More of a mail's source than anybody reads. */
const SOURCE_CHARS = 400_000;

const list = z.object({
  search: z.string().trim().max(200).catch('').default(''),
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().catch(undefined),
});
const view = z.object({
  tab: z.enum(['html', 'text', 'source', 'headers']).optional().catch(undefined),
  /** Not asked for: a desktop's, and on a phone the page makes a phone's of it. */
  width: z.enum(['desktop', 'phone']).optional().catch(undefined),
});

/** The embedded inbox: what the built-in SMTP server received. */
export function inboxRoutes(app: FastifyInstance, context: WebContext): void {
  const { db } = context;

  app.get('/inbox', async (request, reply) => {
    const { search, before } = list.parse(request.query);
    const [found, count] = await Promise.all([
      listMailbox(db, { search, before, limit: ON_PAGE + 1 }),
      countMailbox(db, { search }),
    ]);
    const mails = found.slice(0, ON_PAGE);
    const last = found.length > ON_PAGE ? mails.at(-1)?.id : undefined;
    return sendConsole(context, request, reply, {
      name: 'inbox',
      place: 'inbox',
      data: {
        search,
        count,
        mails: mails.map((mail) => ({ ...mail, who: whoOf(mail.to) || mail.rcptTo.join(', ') })),
        older:
          last === undefined
            ? null
            : `?${new URLSearchParams({ ...(search && { search }), before: String(last) })}`,
        newest: before === undefined ? null : `?${new URLSearchParams({ ...(search && { search }) })}`,
      },
    });
  });

  app.get('/inbox/:id', async (request, reply) => {
    const mail = await read(context, request.params);
    if (!mail) return missing(context, request, reply);
    const { width: wanted, tab: asked } = view.parse(request.query);
    const width = wanted ?? 'desktop';
    const tabs = ['html', 'text', 'headers', 'source'].filter((tab) => tab !== 'html' || mail.html !== null);
    const tab = asked !== undefined && tabs.includes(asked) ? asked : (tabs[0] ?? 'text');
    return sendConsole(context, request, reply, {
      name: 'mail',
      place: 'inbox',
      data: {
        mail: { ...mail, source: tab === 'source' ? mail.raw.toString('utf8').slice(0, SOURCE_CHARS) : '' },
        tab,
        width,
        tabs: tabs.map((name) => ({
          word: `inbox.tab.${name}`,
          chosen: name === tab,
          link: `?tab=${name}${wanted === undefined ? '' : `&width=${wanted}`}`,
        })),
        widths: ['desktop', 'phone'].map((name) => ({
          word: `preview.width.${name}`,
          chosen: name === width,
          link: `?tab=${tab}&width=${name}`,
        })),
      },
    });
  });

  app.get('/inbox/:id/html', async (request, reply) => {
    const mail = await read(context, request.params);
    if (!mail?.html) return missing(context, request, reply);
    const { publicUrl } = context.config;
    return sendMailHtml(
      reply,
      mailForFrame(inScheme(mail.html, 'light'), { publicUrl, root: rootOf(request.url) }),
    );
  });
}

/** Names where there are names: `"Anna Müller" <anna@example.com>` → `Anna Müller`. */
export function whoOf(header: string | null): string {
  return (header ?? '')
    .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((one) => /^\s*"?([^"<>]+?)"?\s*<[^<>]*>\s*$/.exec(one)?.[1] ?? one.trim())
    .join(', ');
}

async function read(context: WebContext, params: unknown) {
  const { id } = params as { id: string };
  return /^[1-9]\d{0,14}$/.test(id) ? readMailbox(context.db, Number(id)) : undefined;
}
