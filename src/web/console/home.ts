import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../context.ts';
import { answersToActOn, campaignRows, countCustomers, familyRows } from './home-data.ts';
import { consoleLanguage, contentOrError, sendConsole } from './page.ts';

const CAMPAIGNS = 12;
const ANSWERS = 12;
const ANSWER_DAYS = 30;

/** A campaign that ended longer ago is history, not a task. */
const isFresh = (finishedAt: Date | null, now: Date): boolean =>
  finishedAt === null || now.getTime() - finishedAt.getTime() < 7 * 86_400_000;

/** The first page: what needs a person, how the campaigns stand, who owns what. */
export function homeRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/', async (request, reply) => {
    const { db } = context;
    const content = await contentOrError(context);
    const library = content instanceof Error ? await context.publicContent.library() : content.library;
    const since = new Date(context.now().getTime() - ANSWER_DAYS * 86_400_000);
    const [campaigns, answers, families, customers] = await Promise.all([
      campaignRows(db, CAMPAIGNS),
      answersToActOn(db, { library, language: consoleLanguage(request), since, limit: ANSWERS }),
      library ? familyRows(db, library) : [],
      countCustomers(db),
    ]);
    const attention = {
      campaigns: campaigns.filter(({ campaign }) => campaign.attention !== null),
      inDoubt: campaigns.filter(({ sends }) => (sends.in_doubt ?? 0) > 0),
      failed: campaigns.filter(
        ({ campaign, sends }) => (sends.failed ?? 0) > 0 && isFresh(campaign.finishedAt, context.now()),
      ),
      content: content instanceof Error ? 1 : content.problems.filter((p) => p.severity === 'error').length,
      undescribed: families.flatMap((f) => f.segments).filter((s) => !s.described && s.owners > 0),
    };
    const calm = Object.values(attention).every(
      (found) => found === 0 || (Array.isArray(found) && found.length === 0),
    );
    return sendConsole(context, request, reply, {
      name: 'home',
      place: 'home',
      data: {
        campaigns,
        answers,
        answerDays: ANSWER_DAYS,
        families,
        customers,
        attention,
        calm,
        empty: customers === 0,
      },
    });
  });
}
