import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { campaignContent } from '../../../campaign/content.ts';
import { listCampaigns } from '../../../ledger/campaigns.ts';
import type { Content } from '../../../render/content.ts';
import { headersOf } from '../../../studio/head.ts';
import { interestingOnes, rememberedOnes, typicalOnes } from '../../../studio/interesting.ts';
import { makePreview, type Preview, previewCampaign } from '../../../studio/preview.ts';
import { firstOf } from '../../bodies.ts';
import type { WebContext } from '../../context.ts';
import { crmNames } from '../../crm-names.ts';
import { rootOf } from '../../root.ts';
import { findCustomers } from '../customer-search.ts';
import { consoleLanguage, contentOrError, sendConsole } from '../page.ts';
import { type Asked, askedOf, linkTo, requestOf } from './asked.ts';
import { findingsView } from './findings.ts';
import { sendFrame, sendNothing } from './mail-frame.ts';
import { pictureOfMail } from './picture.ts';
import { shownError, shownProblems } from './problems.ts';
import { reachableRoutes } from './reachable.ts';
import { sheetRoutes } from './sheet.ts';
import { stripOf } from './strip.ts';
import { peopleHere, rawMail, sendTest, TOLD } from './test-mail.ts';
import { mailView, piecesOf, switchesOf } from './view.ts';
import { queryOf } from './view-query.ts';

const CAMPAIGNS = 50;
/** Segments that the contact sheet is spread over, and how many of each. */
const SPREAD = { segments: 12, each: 4 };

const told = z.object({ told: firstOf(z.enum(TOLD)).nullable().catch(null).default(null) });
const testForm = z.object({
  to: firstOf(z.string().trim().max(320)),
  view: firstOf(z.string().max(8000)).default(''),
});

/** The studio: the real mail of a real customer, beside the reasons for it. */
export function studioRoutes(app: FastifyInstance, context: WebContext): void {
  const { db } = context;
  const interesting = rememberedOnes(() => interestingOnes(db));
  const spread = rememberedOnes(() => typicalOnes(db, SPREAD));

  app.get('/preview', async (request, reply) => {
    const asked = askedOf.parse(request.query);
    const campaign = await previewCampaign(db, asked.campaign || null);
    const fixed = campaign.contentVersion !== null;
    const [found, campaigns, content, ones] = await Promise.all([
      findCustomers(db, asked.search),
      listCampaigns(db, CAMPAIGNS),
      contentOrError(context, campaign),
      interesting(),
    ]);
    const customer = asked.customer || (found[0]?.id ?? '');
    const chosen = { ...asked, customer };
    const language = consoleLanguage(request);
    return sendConsole(context, request, reply, {
      name: 'preview',
      place: 'studio',
      data: {
        asked: chosen,
        told: told.parse(request.query).told,
        found: found.map((one) => ({
          ...one,
          chosen: one.id === customer,
          link: linkTo(chosen, { customer: one.id }),
        })),
        strip: stripOf(chosen, ones),
        campaigns: campaigns.map(({ id, name }) => ({ id, name, chosen: id === asked.campaign })),
        pieces: content instanceof Error ? null : piecesOf(chosen, content, language),
        switches: switchesOf(chosen),
        sheet: `preview/sheet${linkTo(chosen, { customer: '', search: '' })}`,
        view: linkTo(chosen),
        fixed: fixed && campaign.id,
        // Lines of the files of now would not be those of the content that is shown.
        ...(await studio(context, request, content, chosen, fixed ? undefined : context.config.libraryDir)),
      },
    });
  });

  app.get('/preview/mail', async (request, reply) => {
    const asked = askedOf.parse(request.query);
    try {
      const { preview } = await previewOf(context, asked);
      if (preview.kind !== 'mail') return sendNothing(reply);
      const { publicUrl } = context.config;
      return sendFrame(reply, preview.mail.html, { ...asked, publicUrl, root: rootOf(request.url) });
    } catch {
      // what is wrong is said on the page around the frame
      return sendNothing(reply);
    }
  });

  app.get('/preview/mail.eml', async (request, reply) => {
    const { content, preview } = await previewOf(context, askedOf.parse(request.query));
    const raw = preview.kind === 'mail' ? await rawMail(context, content, preview) : null;
    if (raw === null) return reply.callNotFound();
    return reply
      .type('message/rfc822')
      .header('content-disposition', 'attachment; filename="spielbein.eml"')
      .send(raw);
  });

  app.get('/preview/checks', async (request, reply) => {
    const asked = askedOf.parse(request.query);
    const page = (data: object) =>
      sendConsole(context, request, reply, {
        name: 'studio-checks',
        place: 'studio',
        data: { back: `../preview${linkTo(asked)}`, view: linkTo(asked), groups: [], ...data },
      });
    let made: Awaited<ReturnType<typeof previewOf>>;
    try {
      made = await previewOf(context, asked);
    } catch {
      // what is wrong is said in the studio
      return page({ broken: true });
    }
    const { content, preview } = made;
    if (preview.kind !== 'mail') return page({ broken: true });
    const raw = await rawMail(context, content, preview);
    const { publicUrl } = context.config;
    const language = consoleLanguage(request);
    const headers = raw && headersOf(raw);
    return page({ groups: findingsView(preview, { content, publicUrl, language, headers }) });
  });

  pictureOfMail(app, context, async (asked) => {
    const { preview } = await previewOf(context, asked);
    return preview.kind === 'mail' ? preview.mail.html : null;
  });

  app.post('/preview/test', async (request, reply) => {
    const posted = testForm.safeParse(request.body ?? {});
    const { to, view } = posted.success ? posted.data : { to: '', view: '' };
    const asked = askedOf.parse(queryOf(view));
    const campaign = await previewCampaign(db, asked.campaign || null);
    const content = await campaignContent(context.content, campaign);
    const became = await sendTest(context, content, { asked, to, person: request.person });
    const link = linkTo(asked);
    return reply.redirect(`../preview${link}${link === '?' ? '' : '&'}told=${became}#told`, 303);
  });

  reachableRoutes(app, context, (asked) => previewOf(context, asked));
  sheetRoutes(app, context, { interesting, spread });
}

async function previewOf(context: WebContext, asked: Asked): Promise<{ content: Content; preview: Preview }> {
  const campaign = await previewCampaign(context.db, asked.campaign || null);
  const content = await campaignContent(context.content, campaign);
  return { content, preview: await makePreview(context, content, requestOf(asked)) };
}

/** The part of the page that a change of a file may change. Mistakes become part of it instead of failing it. */
async function studio(
  context: WebContext,
  request: FastifyRequest,
  content: Content | Error,
  asked: Asked,
  libraryDir: string | undefined,
) {
  if (content instanceof Error) return { problems: await shownError(libraryDir, content) };
  const problems = await shownProblems(libraryDir, content.problems);
  if (asked.customer === '') return { problems };
  try {
    const preview = await makePreview(context, content, requestOf(asked));
    const withHeaders = asked.tab === 'headers' && preview.kind === 'mail';
    const raw = withHeaders ? await rawMail(context, content, preview) : null;
    return {
      problems,
      testTo: context.mail ? await peopleHere(context) : null,
      canMail: context.mail !== undefined,
      ...mailView(preview, {
        asked,
        content,
        language: consoleLanguage(request),
        names: await crmNames(context),
        headers: raw && headersOf(raw),
        now: new Date(),
      }),
    };
  } catch (error) {
    return { problems: [...(await shownError(libraryDir, error)), ...problems] };
  }
}
