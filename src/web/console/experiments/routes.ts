import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LANGUAGES } from '../../../domain/customer.ts';
import type { ProposalErrorCode } from '../../../learn/proof/proposal-error.ts';
import type { LearnReport } from '../../../learn/report/data.ts';
import { loadAgreed } from '../../../learn/report/decisions.ts';
import type { rememberReport } from '../../../learn/report/remember.ts';
import { loadWaiting } from '../../../learn/report/report.ts';
import { voiceIn } from '../../../learn/report/voice.ts';
import type { WebContext } from '../../context.ts';
import { crmNames } from '../../crm-names.ts';
import { rootOf } from '../../root.ts';
import { fillWords, words } from '../../words/words.ts';
import { decideByForm } from '../learn-decide.ts';
import { noteFailure } from '../note-failure.ts';
import { consoleLanguage, contentOrError, missing, sendConsole } from '../page.ts';
import { patiently } from '../patiently.ts';
import { loadHistory } from './history.ts';
import { lookRoutes } from './look.ts';
import { happeningView, offerView, waitingParts } from './view.ts';

/** Happenings on a page. */
const LATELY = 15;
const place = 'experiments';

const asked = z.object({
  decided: z.string().optional().catch(undefined),
  in: z.enum(LANGUAGES).optional().catch(undefined),
});

/** Experiments: the families of offers' forms, what became of them, and what waits for a yes or no. */
export function experimentsRoutes(
  app: FastifyInstance,
  context: WebContext,
  makeReport: ReturnType<typeof rememberReport>,
): void {
  const reportOf = patiently(makeReport, {
    keepMs: 0,
    now: context.now,
    failed: noteFailure(context, '/experiments'),
  });
  lookRoutes(app, context);

  app.get('/experiments', (request, reply) => sendOverview(request, reply));

  app.post('/experiments/decide', async (request, reply) => {
    const decided = await decideByForm(context, request);
    if (decided === null) return missing(context, request, reply);
    if (decided.kind === 'refused') return sendOverview(request, reply, decided.code);
    return reply.redirect(`${rootOf(request.url)}experiments?decided=1#decide`, 303);
  });

  app.get('/experiments/:offerId', async (request, reply) => {
    const { offerId } = request.params as { offerId: string };
    const found = await load(request);
    if (found === 'broken') return sendBroken(request, reply);
    if (found === null)
      return sendConsole(context, request, reply, { name: 'experiment', place, data: { counting: true } });
    const { report, voice, library } = found;
    const offer = report.offers.find((each) => each.offerId === offerId);
    if (!offer) return missing(context, request, reply);
    const [promoted, history] = await Promise.all([
      loadAgreed(context.db),
      loadHistory(context.db, { offerId, limit: 50 }),
    ]);
    const view = offerView(offer, { now: report.now, voice, promoted, words: treeWords(request) });
    const written = library.offers.get(offerId);
    const languages = LANGUAGES.filter((language) => written?.[language]);
    const wanted = asked.parse(request.query).in ?? consoleLanguage(request);
    const shownIn = languages.find((language) => language === wanted) ?? languages[0];
    return sendConsole(context, request, reply, {
      name: 'experiment',
      place,
      data: {
        ...view,
        parts: waitingParts(report, voice, offerId),
        decideAt: 'experiments/decide',
        gone: written === undefined,
        history: history.map((each) => happeningView(each, voice)),
        pictures: shownIn ? view.forms.filter(({ state }) => state === 'alive') : [],
        shownIn,
        tabs:
          languages.length > 1
            ? languages.map((language) => ({
                link: `?in=${language}#pictures`,
                word: `experiments.in.${language}`,
                chosen: language === shownIn,
              }))
            : [],
        learnedAt: report.learnedAt,
      },
    });
  });

  async function sendOverview(
    request: FastifyRequest,
    reply: FastifyReply,
    refused?: ProposalErrorCode,
  ): Promise<FastifyReply> {
    const found = await load(request);
    if (found === 'broken') return sendBroken(request, reply);
    const page = { name: 'experiments', place, status: refused === undefined ? 200 : 409 } as const;
    if (found === null)
      return sendConsole(context, request, reply, { ...page, data: { counting: true, refused } });
    const { report, voice } = found;
    const [promoted, history] = await Promise.all([
      loadAgreed(context.db),
      loadHistory(context.db, { limit: LATELY }),
    ]);
    const given = { now: report.now, voice, promoted, words: treeWords(request) };
    const offers = report.offers.map((offer) => offerView(offer, given));
    const sum = (of: 'alive' | 'over') => offers.reduce((all, offer) => all + offer[of], 0);
    return sendConsole(context, request, reply, {
      ...page,
      data: {
        refused,
        decided: asked.parse(request.query).decided !== undefined,
        decideAt: 'experiments/decide',
        parts: waitingParts(report, voice),
        offers,
        counts: { offers: offers.length, alive: sum('alive'), over: sum('over'), promoted: promoted.length },
        history: history.map((each) => happeningView(each, voice)),
        on: report.on,
        shown: report.shown,
        learnedAt: report.learnedAt,
      },
    });
  }

  const sendBroken = (request: FastifyRequest, reply: FastifyReply) =>
    sendConsole(context, request, reply, { name: 'brief-broken', place, status: 503 });

  /** Null: it is counted for the first time. */
  async function load(request: FastifyRequest) {
    const content = await contentOrError(context);
    if (content instanceof Error) return 'broken';
    const { library, matchProduct } = content;
    const [found, waiting, crm] = await Promise.all([
      reportOf({ library, matchProduct, now: context.now() }),
      loadWaiting(context.db, library),
      crmNames(context),
    ]);
    if (found === null) return null;
    const report: LearnReport = { ...found, ...waiting };
    const voice = voiceIn(consoleLanguage(request), { library, crm, timeZone: report.timeZone });
    return { report, voice, library };
  }

  function treeWords(request: FastifyRequest) {
    const texts = words(consoleLanguage(request));
    return {
      label: (name: string) => fillWords(texts, 'experiments.tree', { name }),
      today: fillWords(texts, 'experiments.today'),
    };
  }
}
