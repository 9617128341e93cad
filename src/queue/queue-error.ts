/** Why the queue can't be used. Stable codes. */
export type QueueErrorCode = 'url_unreadable' | 'unreachable' | 'sign_in_refused' | 'schema_unusable';

/** A queue that can't be used, said so that a person knows what to do. Never holds a password. */
export class QueueError extends Error {
  readonly code: QueueErrorCode;
  constructor(code: QueueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueueError';
    this.code = code;
  }
}
