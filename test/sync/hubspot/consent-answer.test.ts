import { describe, expect, it } from 'vitest';
import { readConsentAnswer } from '../../../src/sync/hubspot/consent-answer.ts';

const error = (message: string, category = 'VALIDATION_ERROR') => ({
  status: 'error',
  message,
  category,
  correlationId: 'c',
});
const result = (setStatusSuccessReason: string) => ({
  status: 'COMPLETE',
  results: [{ setStatusSuccessReason }],
});

describe('an answer about one address', () => {
  it.each([
    ['a change', 200, result('REQUESTED_CHANGE_OCCURRED'), 'told'],
    [
      'a change of one of several',
      200,
      { results: [{ setStatusSuccessReason: 'NO_STATUS_CHANGE' }, {}] },
      'told',
    ],
    ['success without details', 200, { status: 'COMPLETE', results: [] }, 'told'],
    ['no change', 200, result('NO_STATUS_CHANGE'), 'known'],
    [
      'an opt-out already there',
      400,
      error('kim@kunde.example is already unsubscribed from subscription 7.'),
      'known',
    ],
    ['no such contact', 404, error('No contact with this email address.', 'OBJECT_NOT_FOUND'), 'no_address'],
    ['no valid address', 400, error('Email address kim@kunde is invalid.'), 'no_address'],
    [
      'an error inside a success',
      207,
      { results: [], numErrors: 1, errors: [error('This contact was not found.', 'OBJECT_NOT_FOUND')] },
      'no_address',
    ],
    ['a rule of the account', 400, error('A legal basis is required.'), 'refused'],
    ['what may mean the address or the type', 400, error('Contact has no valid subscription 7.'), 'refused'],
    ['a conflict', 409, error('Try another time.', 'CONFLICT'), 'refused'],
    ['nothing to read', 400, 'nonsense', 'refused'],
  ])('understands %s', (_what, status, body, outcome) => {
    expect(readConsentAnswer({ status, body })).toMatchObject({ outcome });
  });

  it.each([
    ['does not exist', 400, error('Subscription 7 does not exist.')],
    ['is not found', 404, error('No subscription 7.', 'OBJECT_NOT_FOUND')],
  ])('is not what HubSpot says when the subscription type %s', (_what, status, body) => {
    expect(readConsentAnswer({ status, body })).toMatchObject({ outcome: 'unknown_type' });
  });

  it('is not what HubSpot says when it does not know the path', () => {
    expect(() => readConsentAnswer({ status: 404, body: error('Resource not found') })).toThrow(
      expect.objectContaining({ code: 'crm_not_found' }),
    );
  });

  it('is a refusal when another status stands there in the end', () => {
    const body = { results: [{ setStatusSuccessReason: 'NO_STATUS_CHANGE', status: 'UNSUBSCRIBED' }] };
    expect(readConsentAnswer({ status: 200, body }, 'NOT_SPECIFIED')).toMatchObject({ outcome: 'refused' });
    expect(readConsentAnswer({ status: 200, body }, 'UNSUBSCRIBED')).toEqual({ outcome: 'known' });
  });
});
