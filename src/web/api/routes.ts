import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { NOBODY, type Person } from '../../domain/person.ts';
import { personOfToken, type Token, tokenOf } from '../../people/tokens.ts';
import type { WebContext } from '../context.ts';
import { campaignOperations } from './campaigns.ts';
import { addOperation } from './operation.ts';
import { ApiProblem, sendProblem } from './problem.ts';
import { purchaseOperations } from './purchases.ts';
import { segmentOperations } from './segments.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The program behind a call of the API. */
    program: Person;
    /** What it showed; null: nothing that holds. */
    tokenId: number | null;
  }
}

/** Bodies are small: the largest names a few hundred products. */
const BODY_BYTES = 65_536;
/** Calls a minute of one token, and wrong tokens a minute of one address. */
const CALLS_A_MINUTE = 600;

/**
 * The API for programs, `/api/v1`: JSON, described by OpenAPI 3.1, let in by tokens with scopes. Cookies count for
 * nothing here, so nobody's browser can be made to call it; and it answers no other site's scripts (no CORS).
 */
export async function apiRoutes(app: FastifyInstance, context: WebContext): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_BYTES },
    async (_request: FastifyRequest, body: string) => {
      try {
        return body === '' ? {} : JSON.parse(body, storable);
      } catch (error) {
        if (error instanceof ApiProblem) throw error;
        throw new ApiProblem(400, 'not_json', 'The body is no JSON.');
      }
    },
  );
  // what the schemas say is checked by zod, which they are made from
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler((error: FastifyError | ApiProblem, request, reply) => {
    const problem = asProblem(error);
    if (problem.status >= 500)
      context.log('error', {
        route: request.routeOptions.url ?? 'none',
        status: problem.status,
        error: `${error.name}: ${error.message}`,
      });
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, new ApiProblem(404, 'no_such_path', 'There is nothing at this path.')),
  );

  app.decorateRequest('program');
  app.decorateRequest('tokenId', null);
  await app.register(rateLimit, {
    max: CALLS_A_MINUTE,
    timeWindow: '1 minute',
    keyGenerator: ({ tokenId, ip }) => (tokenId === null ? ip : `token ${tokenId}`),
    errorResponseBuilder: tooOften,
  });
  // right tokens don't count here: many programs may come from one address
  const wrongTokens = app.createRateLimit({ keyGenerator: ({ ip }) => ip });
  app.addHook('onRequest', async (request, reply) => {
    request.program = NOBODY;
    const { scope } = request.routeOptions.config;
    if (scope === undefined) return;
    const tried = await wrongTokens(request, { increment: false });
    if (!tried.isAllowed && tried.remaining === 0) throw tooOften();
    const token = await shown(context, request);
    if (token === null) {
      await wrongTokens(request);
      reply.header('www-authenticate', 'Bearer realm="Spielbein"');
      throw new ApiProblem(401, 'no_token', 'Show a token that holds: "Authorization: Bearer spb_…".');
    }
    if (!token.scopes.includes(scope))
      throw new ApiProblem(403, 'scope_missing', `This token lacks the scope ${scope}.`);
    request.program = personOfToken(token);
    request.tokenId = token.id;
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Spielbein',
        version: '1',
        description: 'Trigger campaigns, read what came of them, push purchases. Problems are RFC 9457.',
      },
      servers: [{ url: context.config.publicUrl }],
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'made at Operations → Tokens, or `spielbein token make`',
          },
        },
      },
    },
  });
  for (const operation of [
    ...campaignOperations(context),
    ...segmentOperations(context),
    ...purchaseOperations(context),
  ])
    addOperation(app, operation);
  app.get('/openapi.json', { schema: { hide: true } as object }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
}

const tooOften = (): ApiProblem =>
  new ApiProblem(429, 'too_often', `At most ${CALLS_A_MINUTE} calls a minute. Wait, and go on.`);

/** PostgreSQL has no such character in texts, so nothing can be called by it. */
function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && value.includes('\0'))
    throw new ApiProblem(422, 'invalid', 'A text holds the character U+0000, which no text can have.');
  return value;
}

function shown(context: WebContext, request: FastifyRequest): Promise<Token | null> {
  const [, secret = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return tokenOf(context.db, secret, context.now());
}

function asProblem(error: FastifyError | ApiProblem): ApiProblem {
  if (error instanceof ApiProblem) return error;
  switch (error.statusCode) {
    case 413:
      return new ApiProblem(413, 'too_large', `A body has at most ${BODY_BYTES} bytes.`);
    case 415:
      return new ApiProblem(415, 'not_json', 'Send bodies as application/json.');
    default:
      return error.statusCode !== undefined && error.statusCode < 500
        ? new ApiProblem(error.statusCode, 'not_understood', 'The request makes no sense.')
        : new ApiProblem(500, 'failed', 'Something went wrong here. Try again later.');
  }
}
