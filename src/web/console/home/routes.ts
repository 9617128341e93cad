import type { FastifyInstance } from 'fastify';
import { EffectError } from '../../../effect/patience.ts';
import type { rememberEffects } from '../../../effect/remember.ts';
import type { rememberReport } from '../../../learn/report/remember.ts';
import type { Library } from '../../../library/library.ts';
import { createProductMatcher } from '../../../library/load.ts';
import { listSegments } from '../../../segment/segments.ts';
import type { WebContext } from '../../context.ts';
import { createMemo } from '../campaigns/memo.ts';
import { answersToActOn, campaignRows } from '../home-data.ts';
import { noteFailure } from '../note-failure.ts';
import { consoleLanguage, contentOrError, sendConsole } from '../page.ts';
import { patiently } from '../patiently.ts';
import { boughtSentence } from './bought.ts';
import { ideasOf } from './ideas.ts';
import { loadNight } from './night.ts';
import { countNumbers } from './numbers.ts';
import { loadWaiting } from './waiting.ts';

const CAMPAIGNS = 8;
const ANSWERS = 8;
const ANSWER_DAYS = 30;
/** What is counted over all customers may be so old, in milliseconds. */
const KEEP_MS = 5 * 60_000;
/** Products of the CRM that the library lacks: so many at most. */
const UNDESCRIBED = 5;

/** A campaign that ended longer ago is history, not a task. */
const isFresh = (finishedAt: Date | null, now: Date): boolean =>
  finishedAt === null || now.getTime() - finishedAt.getTime() < 7 * 86_400_000;

/** The first page: what needs a person, the four ideas and their numbers, how the campaigns stand, who waits for us. */
export function homeRoutes(
  app: FastifyInstance,
  context: WebContext,
  given: {
    makeReport: ReturnType<typeof rememberReport>;
    measure: ReturnType<typeof rememberEffects>;
  },
): void {
  const { db, now } = context;
  const memo = createMemo();
  const kept = { keepMs: KEEP_MS, now, failed: noteFailure(context, '/') };
  const numbersOf = patiently((at: Date) => countNumbers(db, at), kept);
  const reportOf = patiently(given.makeReport, kept);
  const effectOf = patiently(
    (asked: Parameters<typeof given.measure>[0]) =>
      given.measure(asked).catch((error: unknown) => {
        // the database is too busy: the page goes without
        if (error instanceof EffectError) return null;
        throw error;
      }),
    kept,
  );
  const segmentsOf = patiently((library: Library) => listSegments(db, createProductMatcher(library)), kept);

  app.get('/', async (request, reply) => {
    const content = await contentOrError(context);
    const library = content instanceof Error ? await context.publicContent.library() : content.library;
    const language = consoleLanguage(request);
    const at = now();
    const since = new Date(at.getTime() - ANSWER_DAYS * 86_400_000);
    const [campaigns, answers, waiting, night, anybody, numbers, report, effect, segments] =
      await Promise.all([
        campaignRows(db, memo, CAMPAIGNS),
        answersToActOn(db, { library, language, since, limit: ANSWERS }),
        loadWaiting(db, at, request.person),
        loadNight(db, context.queues),
        db.selectFrom('customers').select('id').where('archived_at', 'is', null).limit(1).executeTakeFirst(),
        numbersOf(at),
        content instanceof Error ? null : reportOf({ ...content, now: at }),
        content instanceof Error ? null : effectOf({ content, by: 'total', now: at }),
        library ? segmentsOf(library) : null,
      ]);
    const problems =
      content instanceof Error ? 1 : content.problems.filter((p) => p.severity === 'error').length;
    const attention = {
      ...waiting,
      campaigns: campaigns.filter(({ campaign }) => campaign.attention !== null),
      failed: campaigns.filter(
        ({ campaign, sends }) => (sends.failed ?? 0) > 0 && isFresh(campaign.finishedAt, at),
      ),
      content: problems,
      undescribed: (segments ?? [])
        .filter(({ key, owners }) => owners > 0 && !library?.products.has(key))
        .slice(0, UNDESCRIBED),
    };
    const calm = Object.values(attention).every(
      (found) => found === 0 || found === null || (Array.isArray(found) && found.length === 0),
    );
    const begun = campaigns.some(({ sends }) => (sends.sent ?? 0) > 0);
    return sendConsole(context, request, reply, {
      name: 'home',
      place: 'home',
      data: {
        attention,
        calm,
        campaigns,
        answers,
        answerDays: ANSWER_DAYS,
        night,
        empty: anybody === undefined,
        numbers,
        ideas:
          numbers &&
          ideasOf(numbers, {
            exploring: report?.exploring ?? null,
            bought: effect && boughtSentence(effect, language),
            language,
          }),
        first: begun
          ? null
          : {
              crm: anybody !== undefined,
              library: problems === 0 && (library?.developments.size ?? 0) > 0,
              campaign: campaigns.length > 0,
            },
      },
    });
  });
}
