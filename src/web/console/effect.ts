import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Language } from '../../domain/customer.ts';
import { COMPARISONS, type Comparison } from '../../effect/load.ts';
import { EffectError } from '../../effect/patience.ts';
import type { rememberEffects } from '../../effect/remember.ts';
import { firstMailsSentence, manyRowsSentence } from '../../effect/words.ts';
import { productName } from '../../library/grammar.ts';
import type { Library } from '../../library/library.ts';
import { pieceTitle } from '../../library/piece-title.ts';
import type { WebContext } from '../context.ts';
import { crmNames } from '../crm-names.ts';
import { effectView } from './effect-view.ts';
import { consoleLanguage, contentOrError, missing, sendConsole } from './page.ts';

/** What the rows are; nonsense counts as nothing. */
const asked = z.object({
  by: z.enum(COMPARISONS).exclude(['total']).optional().catch(undefined),
  campaign: z.string().min(1).max(100).optional().catch(undefined),
});

/** What mails change: purchases of the mailed against those of the held-out, and what can't be known. */
export function effectRoutes(
  app: FastifyInstance,
  context: WebContext,
  measure: ReturnType<typeof rememberEffects>,
): void {
  app.get('/effect', async (request, reply) => {
    const { by: wanted, campaign: campaignId } = asked.parse(request.query);
    const campaigns = await campaignNames(context);
    const campaign = campaignId === undefined ? null : { id: campaignId, name: campaigns.get(campaignId) };
    if (campaign && campaign.name === undefined) return missing(context, request, reply);
    const by = wanted ?? (campaign ? 'product' : 'campaign');
    const page = { name: 'effect', place: 'effect' as const };
    const content = await contentOrError(context);
    if (content instanceof Error) {
      return sendConsole(context, request, reply, { ...page, data: { broken: true } });
    }
    const language = consoleLanguage(request);
    const given = { content, campaignId, now: context.now() };
    const measured = await (async () => ({
      total: await measure({ ...given, by: 'total' }),
      report: await measure({ ...given, by }),
    }))().catch((error: unknown) => {
      if (error instanceof EffectError) return null;
      throw error;
    });
    if (measured === null) {
      return sendConsole(context, request, reply, { ...page, status: 503, data: { busy: true } });
    }
    const { total, report } = measured;
    const names = namesOf(by, {
      campaigns,
      library: content.library,
      crm: await crmNames(context),
      language,
    });
    const [whole] = effectView(total.effects, { report: total, names: () => '', language }).rows;
    const { rows, reach } = effectView(report.effects, { report, names, language });
    return sendConsole(context, request, reply, {
      ...page,
      data: {
        campaign,
        whole,
        firstMails: whole ? firstMailsSentence(whole, total, language) : null,
        measuredAt: report.measuredAt,
        rows,
        reach: 1000 * reach,
        rowsLabel: `effect.by.${by}`,
        tabs: (campaign
          ? (['product', 'content'] as const)
          : (['campaign', 'product', 'content'] as const)
        ).map((tab) => ({ tab, label: `effect.by.${tab}`, chosen: tab === by })),
        many: manyRowsSentence(report, language),
        windowDays: report.windowDays,
      },
    });
  });
}

async function campaignNames({ db }: WebContext): Promise<Map<string, string>> {
  const rows = await db.selectFrom('campaigns').select(['id', 'name']).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** What a row is called; its id when nobody knows it any more. */
function namesOf(
  by: Comparison,
  known: {
    campaigns: ReadonlyMap<string, string>;
    library: Library;
    crm: ReadonlyMap<string, string>;
    language: Language;
  },
): (unit: string) => string {
  const { campaigns, library, crm, language } = known;
  if (by === 'campaign') return (unit) => campaigns.get(unit) ?? unit;
  if (by === 'product') {
    return (unit) => productName(library.products.get(unit) ?? crm.get(unit) ?? unit, language);
  }
  return (unit) => {
    const kind = library.offers.has(unit) ? 'experimental' : 'proven';
    return pieceTitle(library, { kind, contentId: unit }, language, crm);
  };
}
