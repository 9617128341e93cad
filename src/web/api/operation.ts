import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Person } from '../../domain/person.ts';
import type { Scope } from '../../people/tokens.ts';
import { ApiProblem, problemSchema } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a token has to allow for this route of the API. */
    scope?: Scope;
  }
}

/** One operation of the API: what it takes and answers is said once, and holds for program and description alike. */
export interface Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST';
  /** Below `/api/v1`, with `:places`. */
  url: string;
  scope: Scope;
  id: string;
  summary: string;
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** By status; problems need not be named. */
  answers: Readonly<Record<number, { description: string; schema: z.ZodType }>>;
  handle(given: {
    params: z.output<Params>;
    query: z.output<Query>;
    body: z.output<Body>;
    /** The program, as the audit log calls it. */
    person: Person;
  }): Promise<{ status: number; body: unknown }>;
}

/** Makes a route of an operation. @throws ApiProblem 422 with every field that is not as it must be */
export function addOperation<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  app: FastifyInstance,
  operation: Operation<P, Q, B>,
): void {
  const { method, url, scope, id, summary, description, params, query, body, answers } = operation;
  const problem = { description: 'a problem (RFC 9457)', content: { 'application/problem+json': {} } };
  app.route({
    method,
    url,
    exposeHeadRoute: false,
    config: { scope },
    schema: {
      operationId: id,
      summary,
      ...(description === undefined ? {} : { description }),
      security: [{ token: [scope] }],
      ...(params ? { params: jsonSchema(params, 'input') } : {}),
      ...(query ? { querystring: jsonSchema(query, 'input') } : {}),
      ...(body ? { body: jsonSchema(body, 'input') } : {}),
      response: {
        ...Object.fromEntries(
          Object.entries(answers).map(([status, { description: text, schema }]) => [
            status,
            { description: text, content: { 'application/json': { schema: jsonSchema(schema, 'output') } } },
          ]),
        ),
        '4xx': {
          ...problem,
          content: { 'application/problem+json': { schema: jsonSchema(problemSchema, 'output') } },
        },
      },
    } as object,
    handler: async (request: FastifyRequest, reply) => {
      const answer = await operation.handle({
        params: read(params, request.params, 'path') as z.output<P>,
        query: read(query, request.query, 'query') as z.output<Q>,
        body: read(body, request.body ?? {}, 'body') as z.output<B>,
        person: request.program,
      });
      return reply
        .code(answer.status)
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(answer.body));
    },
  });
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    // JSON has no dates: they are written as RFC 3339 says
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'date')
        Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  });
  return rest;
}

function read(schema: z.ZodType | undefined, given: unknown, place: string): unknown {
  if (schema === undefined) return {};
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    where: [place, ...path.map(String)].join('.'),
    message,
  }));
  const first = errors[0];
  throw new ApiProblem(422, 'invalid', `${first?.where}: ${first?.message}`, errors);
}
