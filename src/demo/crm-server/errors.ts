import { randomUUID } from 'node:crypto';
import type { ModelError, StandardError } from '@hubspot/api-client/lib/codegen/crm/objects/models/all.js';
import type { Wire } from './wire.ts';

/** The body of an error; the client's model leaves out the `status` that every one has. */
type ErrorBody = Wire<ModelError> & { status: 'error' };

/** What a 429 says instead: `errorType` in place of `category`, and the policy that was broken. */
interface RateLimitBody {
  status: 'error';
  message: string;
  correlationId: string;
  errorType: 'RATE_LIMIT';
  policyName: string;
  requestId: string;
}

/** An answer in the shape of HubSpot's errors. */
export class CrmError extends Error {
  readonly statusCode: number;
  readonly body: ErrorBody | RateLimitBody;

  constructor(
    statusCode: number,
    category: string,
    message: string,
    more: Partial<Pick<ErrorBody, 'subCategory' | 'context' | 'errors' | 'links'>> = {},
  ) {
    super(message);
    this.statusCode = statusCode;
    this.body = { status: 'error', message, correlationId: randomUUID(), category, ...more };
  }
}

export const notFound = (message: string, context?: Record<string, string[]>): CrmError =>
  new CrmError(404, 'OBJECT_NOT_FOUND', message, context && { context });

/** What `invalid` can tell besides its message. */
type Details = Partial<Pick<ErrorBody, 'subCategory' | 'context' | 'errors'>>;

export const invalid = (message: string, more?: Details): CrmError =>
  new CrmError(400, 'VALIDATION_ERROR', message, more);

export const conflict = (message: string): CrmError => new CrmError(409, 'CONFLICT', message);

export const unauthorized = (message: string): CrmError =>
  new CrmError(401, 'INVALID_AUTHENTICATION', message);

/** One entry of a 207's errors. */
export function partial(
  category: string,
  message: string,
  context: Record<string, string[]>,
  subCategory?: string,
): Wire<StandardError> {
  const about = subCategory === undefined ? {} : { subCategory };
  return { status: 'error', category, ...about, message, context, errors: [], links: {} };
}

const LIMIT_MESSAGES = {
  DAILY: 'You have reached your daily limit.',
  TEN_SECONDLY_ROLLING: 'You have reached your ten_secondly_rolling limit.',
  SECONDLY: 'You have reached your secondly limit.',
};

export function rateLimited(policyName: keyof typeof LIMIT_MESSAGES): CrmError {
  const message = LIMIT_MESSAGES[policyName];
  const body: RateLimitBody = {
    status: 'error',
    message,
    correlationId: randomUUID(),
    errorType: 'RATE_LIMIT',
    policyName,
    requestId: randomUUID(),
  };
  return Object.assign(new CrmError(429, 'RATE_LIMITS', message), { body });
}
