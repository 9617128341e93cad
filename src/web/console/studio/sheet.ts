import type { FastifyInstance } from 'fastify';
import { campaignContent } from '../../../campaign/content.ts';
import { listCampaigns } from '../../../ledger/campaigns.ts';
import { SCHEMES } from '../../../studio/dark.ts';
import { eachOnce, type Interesting } from '../../../studio/interesting.ts';
import { makePreviews, type Preview, previewCampaign } from '../../../studio/preview.ts';
import type { WebContext } from '../../context.ts';
import { contentOrError, sendConsole } from '../page.ts';
import { type Asked, askedOf, linkTo, requestOf } from './asked.ts';
import { shownError } from './problems.ts';

/** As many as one looks over at a glance. */
const ON_SHEET = 40;

/** Forty customers' mails side by side: the interesting ones first, then some of every segment. */
export function sheetRoutes(
  app: FastifyInstance,
  context: WebContext,
  ones: { interesting: () => Promise<Interesting[]>; spread: () => Promise<Interesting[]> },
): void {
  app.get('/preview/sheet', async (request, reply) => {
    const asked = askedOf.parse(request.query);
    const [campaign, campaigns, interesting, spread] = await Promise.all([
      previewCampaign(context.db, asked.campaign || null),
      listCampaigns(context.db, 50),
      ones.interesting(),
      ones.spread(),
    ]);
    const chosen = onSheet(interesting, spread);
    const content = await contentOrError(context, campaign);
    const { libraryDir } = context.config;
    const page = async (data: object) =>
      sendConsole(context, request, reply, {
        name: 'studio-sheet',
        place: 'studio',
        data: {
          asked,
          back: linkTo(asked),
          campaigns: campaigns.map(({ id, name }) => ({ id, name, chosen: id === asked.campaign })),
          schemes: SCHEMES.map((scheme) => ({
            word: `studio.scheme.${scheme}`,
            chosen: scheme === asked.scheme,
            link: linkTo(asked, { scheme }),
          })),
          widths: (['desktop', 'phone'] as const).map((width) => ({
            word: `preview.width.${width}`,
            chosen: width === asked.width,
            link: linkTo(asked, { width }),
          })),
          ...data,
        },
      });
    if (content instanceof Error) return page({ problems: await shownError(libraryDir, content) });
    try {
      const ids = chosen.map(({ id }) => id);
      const previews = await makePreviews(
        context,
        await campaignContent(context.content, campaign),
        ids,
        requestOf(asked),
      );
      const version = content.library.version;
      return await page({
        sheets: chosen.map((one, index) => sheetOf(asked, one, previews[index], version)),
      });
    } catch (error) {
      return page({ problems: await shownError(libraryDir, error) });
    }
  });
}

/** The interesting ones, then as many of the others as there is room for; each once. */
export function onSheet(interesting: readonly Interesting[], spread: readonly Interesting[]): Interesting[] {
  return eachOnce([...interesting, ...spread]).slice(0, ON_SHEET);
}

function sheetOf(asked: Asked, one: Interesting, preview: Preview | undefined, version: string) {
  const link = linkTo(asked, { customer: one.id, search: '' });
  const shared = { ...one, link: `../preview${link}` };
  if (preview?.kind === 'skip') return { ...shared, skip: preview.reason };
  if (preview?.kind !== 'mail') return { ...shared, skip: 'archived' };
  const { blocks } = preview.composition;
  return {
    ...shared,
    frame: `mail${link}${link === '?' ? '' : '&'}v=${version}`,
    subject: preview.mail.subject,
    dots: blocks.map(({ kind }) => kind),
    language: preview.composition.language,
  };
}
