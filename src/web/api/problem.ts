import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** Why the API did not do what was asked (RFC 9457), with a stable code. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly { where: string; message: string }[];
  constructor(
    status: number,
    code: string,
    detail: string,
    errors: readonly { where: string; message: string }[] = [],
  ) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** As it is sent, and as the description says it is. */
export const problemSchema = z.object({
  title: z.string(),
  status: z.int(),
  code: z.string().describe('stable; what programs decide by'),
  detail: z.string().describe('for people'),
  errors: z.array(z.object({ where: z.string(), message: z.string() })).optional(),
});

const TITLES: Readonly<Record<number, string>> = {
  400: 'Not understood',
  401: 'Who is it?',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not now',
  413: 'Too much',
  415: 'Not JSON',
  422: 'Not possible like this',
  429: 'Too often',
  503: 'Not here',
};

export function sendProblem(reply: FastifyReply, problem: ApiProblem): FastifyReply {
  const { status, code, message, errors } = problem;
  const title = TITLES[status] ?? 'Something went wrong';
  return reply
    .code(status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify({ title, status, code, detail: message, ...(errors.length > 0 ? { errors } : {}) }));
}
