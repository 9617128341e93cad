import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Change } from '../../feedback/preferences/changes.ts';
import { savePreferences } from '../../feedback/preferences/save.ts';
import { stopStatus } from '../../feedback/unsubscribe.ts';
import type { WebContext } from '../context.ts';
import { customerTools } from './customer-tools.ts';
import { mailLanguage } from './mail-language.ts';
import { openLink, pageLanguage, sendPage, sendUnknown } from './page.ts';
import { noteVisit, sentByPerson } from './person.ts';
import { type Field, type Filled, readPreferences, type Shown } from './preferences-form.ts';
import { stopHref } from './preferences-href.ts';
import { anchorOf, changeView, fieldsView, loadNow } from './preferences-page.ts';
import { salespersonOf } from './salesperson.ts';

/** What customers wish for, and what they correct us in: one form for everything, and the way out. */
export function preferencesRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/p/:token', async (request, reply) => {
    const link = await openLink(context, request, reply, 'preferences');
    if (!link) return reply;
    const { sendId } = link;
    return sendPreferences(context, request, reply, {
      sendId,
      ticket: await noteVisit(context, request, link),
    });
  });

  app.post('/p/:token', async (request, reply) => {
    const link = await openLink(context, request, reply, 'preferences');
    if (!link) return reply;
    const { sendId } = link;
    const language = await mailLanguage(context.db, sendId);
    const believed = await sentByPerson(context, request, reply, link, language);
    if (!believed) return reply;
    const tools = await customerTools(context);
    const now = await loadNow(context, sendId, tools);
    if (!now) return sendUnknown(context, request, reply);
    const read = readPreferences(request.body, now.filled);
    const { ticket } = believed;
    if ('wrong' in read) {
      return sendPreferences(context, request, reply, {
        sendId,
        ticket,
        wrong: read.wrong,
        filled: read,
      });
    }
    const changes = await savePreferences(context.db, sendId, read.form, tools);
    if (!changes) return sendUnknown(context, request, reply);
    context.log('preferences', { send: sendId, changes: changes.length });
    return sendPreferences(context, request, reply, { sendId, ticket, changes });
  });
}

/** The page with what holds now, or with what was filled in when something about it is wrong. */
async function sendPreferences(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  page: {
    sendId: number;
    ticket: string;
    changes?: Change[];
    wrong?: Field[];
    filled?: { filled: Filled; was: Shown | null };
  },
): Promise<FastifyReply> {
  const { sendId, ticket, changes, wrong = [], filled } = page;
  const status = await stopStatus(context.db, sendId);
  const now = await loadNow(context, sendId, await customerTools(context));
  if (!status || !now) return sendUnknown(context, request, reply);
  const mail = await mailLanguage(context.db, sendId);
  const language = pageLanguage(request, mail);
  return sendPage(context, request, reply, {
    name: 'preferences',
    status: wrong.length > 0 ? 422 : 200,
    language: mail,
    data: {
      ...fieldsView({ ...now, ...filled }, language),
      address: status.addressHint,
      stopped: status.stopped,
      stop: stopHref(context, request, sendId),
      salesperson: await salespersonOf(context.db, sendId),
      saved: changes && { changes: changes.map((change) => changeView(change, language)) },
      wrong: wrong.map((field) => ({ field, anchor: anchorOf(field) })),
      ticket,
    },
  });
}
