import { randomUUID } from 'node:crypto';

/** An answer in the shape of HubSpot's errors. */
export class CrmError extends Error {
  readonly statusCode: number;
  readonly body: Record<string, unknown>;

  constructor(statusCode: number, category: string, message: string, more: Record<string, unknown> = {}) {
    super(message);
    this.statusCode = statusCode;
    this.body = { status: 'error', message, correlationId: randomUUID(), category, ...more };
  }
}

export const notFound = (message: string): CrmError => new CrmError(404, 'OBJECT_NOT_FOUND', message);

export const invalid = (message: string, more?: Record<string, unknown>): CrmError =>
  new CrmError(400, 'VALIDATION_ERROR', message, more);

export const unauthorized = (): CrmError =>
  new CrmError(401, 'INVALID_AUTHENTICATION', 'Send an access token: "Authorization: Bearer …".');

/** 429 has its own shape: `errorType` instead of `category`, and the policy that was broken. */
export function rateLimited(policy: 'DAILY' | 'TEN_SECONDLY_ROLLING' | 'SECONDLY'): CrmError {
  const message = {
    DAILY: 'You have reached your daily limit.',
    TEN_SECONDLY_ROLLING: 'You have reached your ten_secondly_rolling limit.',
    SECONDLY: 'You have reached your secondly limit.',
  }[policy];
  const error = new CrmError(429, 'RATE_LIMITS', message);
  const { category: _, ...body } = error.body;
  return Object.assign(error, {
    body: { ...body, errorType: 'RATE_LIMIT', policyName: policy, requestId: randomUUID() },
  });
}
