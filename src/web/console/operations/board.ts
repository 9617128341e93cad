import type { AppControllerRoute, BullBoardQueues, IServerAdapter } from '@bull-board/api/typings/app';
import type { Queue } from 'bullmq';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { maskAddresses } from '../../../domain/mask.ts';
import { recordAct } from '../../../people/audit.ts';
import type { Queues } from '../../../queue/queue.ts';
import type { WebContext } from '../../context.ts';
import { rootOf } from '../../root.ts';
import { fillWords, words } from '../../words/words.ts';
import { consoleLanguage, missing, sendConsole } from '../page.ts';
import { placesIn, queueAct } from './board-acts.ts';
import { type BoardFiles, boardFiles, boardLooks, boardPage } from './board-files.ts';
import { QUEUE_NAMES } from './queue-names.ts';

/**
 * bull-board's script writes styles into the page, and it reads its way from the page's base. Nothing else is looser
 * than on our own pages.
 */
const BOARD_CSP = [
  "default-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PATH = '/operations/queues';
const MAX_BODY = 10_000;

interface Board {
  files: BoardFiles;
  routes: AppControllerRoute[];
  queues: BullBoardQueues;
}

type Params = { '*'?: string };

/**
 * The queues, job by job: bull-board behind our sign-in, with our own words about who did what. Jobs carry ids; what
 * looks like an address in a mail server's words is masked.
 */
export function boardRoutes(app: FastifyInstance, context: WebContext): void {
  const { queues } = context;
  const admin = { config: { role: 'admin' as const } };
  let opened: Promise<Board> | null = null;
  const open = (given: Queues): Promise<Board> => {
    opened ??= openBoard(given);
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };

  app.register(async (scope) => {
    // bull-board's own requests; nowhere else in the console is JSON read
    const options = { parseAs: 'string', bodyLimit: MAX_BODY } as const;
    scope.addContentTypeParser<string>(
      'application/json',
      options,
      async (_request: FastifyRequest, text: string) => parsed(text),
    );

    const sendBoard = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      if (!queues)
        return sendConsole(context, request, reply, { name: 'operations-no-queues', place: 'operations' });
      const { files } = await open(queues);
      return reply
        .header('content-security-policy', BOARD_CSP)
        .type('text/html; charset=utf-8')
        .send(pageFor(files, request));
    };
    scope.get(PATH, admin, sendBoard);
    // places within the board are its script's business
    scope.get(`${PATH}/*`, admin, sendBoard);

    scope.get<{ Params: Params }>(`${PATH}/static/*`, admin, async (request, reply) => {
      const found = queues && (await (await open(queues)).files.file(`static/${request.params['*']}`));
      if (!found) return missing(context, request, reply);
      return reply.header('cache-control', 'private, max-age=3600').type(found.type).send(found.data);
    });

    scope.route<{ Params: Params; Querystring: Record<string, string> }>({
      method: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'],
      url: `${PATH}/api/*`,
      ...admin,
      handler: async (request, reply) => {
        const board = queues && (await open(queues));
        const path = request.url.split('?', 1)[0]?.slice(PATH.length) ?? '';
        const found = board && routeFor(board.routes, request.method, path);
        if (!board || !found) return reply.code(404).send(refusal('ERRORS.NOT_FOUND'));
        const { route, pattern, places } = found;
        const act = request.method === 'GET' ? null : queueAct(pattern);
        if (request.method !== 'GET' && act === null)
          return reply.code(403).send(refusal('ERRORS.FORBIDDEN'));
        const answer = await route.handler({
          queues: board.queues,
          uiConfig: {},
          params: places,
          query: request.query,
          body: (request.body ?? {}) as Record<string, unknown>,
          headers: {},
        });
        const status = answer.status ?? 200;
        if (act !== null && status < 400) {
          const { queueName, jobId, queueStatus } = places;
          await recordAct(context.db, request.person, {
            action: 'queue_touched',
            ...(queueName === undefined ? {} : { subject: queueName }),
            detail: { did: act, ...(jobId && { job: jobId }), ...(queueStatus && { state: queueStatus }) },
            now: context.now(),
          });
        }
        return reply.code(status).send(masked(answer.body));
      },
    });
  });
}

/** bull-board is brought in when somebody first looks: it is large, and most processes never need it. */
async function openBoard(given: Queues): Promise<Board> {
  const [{ createBullBoard }, { BullMQAdapter }, files] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    boardFiles(),
    given.ready(),
  ]);
  const board: Board = { files, routes: [], queues: new Map() };
  const adapter: IServerAdapter = {
    setQueues(queues) {
      board.queues = queues;
      return adapter;
    },
    setApiRoutes(routes) {
      board.routes = routes;
      return adapter;
    },
    setViewsPath: () => adapter,
    setStaticPath: () => adapter,
    setEntryRoute: () => adapter,
    setErrorHandler: () => adapter,
    setUIConfig: () => adapter,
  };
  // the adapter's type knows Redis alone; what it asks is what every backend answers
  const queues = QUEUE_NAMES.map((name) => new BullMQAdapter(given.queue(name) as unknown as Queue));
  createBullBoard({ queues, serverAdapter: adapter });
  return board;
}

function pageFor(files: BoardFiles, request: FastifyRequest): string {
  const language = consoleLanguage(request);
  const texts = words(language);
  const title = fillWords(texts, 'operations.queues');
  const looks = boardLooks({ language, title, back: fillWords(texts, 'operations.title') });
  const names = {
    settings: texts['operations.board.settings'],
    maximize: texts['operations.board.maximize'],
    store: texts['operations.board.store'],
    menu: texts['operations.board.menu'],
  };
  return boardPage(files, {
    language,
    title,
    looks,
    names,
    base: `${rootOf(request.url)}operations/queues/`,
  });
}

/** The first that fits, in bull-board's own order, which puts what is special before what is general. */
function routeFor(routes: readonly AppControllerRoute[], method: string, path: string) {
  for (const route of routes) {
    if (![route.method].flat().some((each) => each.toUpperCase() === method)) continue;
    for (const pattern of [route.route].flat()) {
      const places = placesIn(pattern, path);
      if (places) return { route, pattern, places };
    }
  }
  return null;
}

const refusal = (key: string) => ({ error: { key } });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Every text in an answer, through the mask that logs pass. */
function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskAddresses(value);
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each)]));
}
