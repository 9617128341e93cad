import type { ImapFlowError } from 'imapflow';
import { imapReason } from './imap-reason.ts';

/** The bounce mailbox can't be read; the message says what to do, and holds neither user name nor password. */
export class MailboxError extends Error {
  override name = 'MailboxError';
}

/** What an IMAP client's error means for the operator. */
export function mailboxError(
  error: unknown,
  at: { host: string; port: number; folder: string },
): MailboxError {
  if (error instanceof MailboxError) return error;
  const { authenticationFailed, mailboxMissing } = error as ImapFlowError;
  if (authenticationFailed) {
    return new MailboxError(
      'The bounce mailbox refuses user name or password: check BOUNCE_IMAP_URL (special characters in it must be percent-encoded).',
    );
  }
  if (mailboxMissing) {
    return new MailboxError(
      `The bounce mailbox has no folder "${at.folder}": check the end of BOUNCE_IMAP_URL.`,
    );
  }
  const reason = imapReason(error as ImapFlowError);
  return new MailboxError(`The bounce mailbox at ${at.host}:${at.port} can't be read: ${reason}.`, {
    cause: error,
  });
}
