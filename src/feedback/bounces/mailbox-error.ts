import type { ImapFlowError } from 'imapflow';

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
  const { code, authenticationFailed, mailboxMissing, tlsFailed } = error as ImapFlowError;
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
  const reason = tlsFailed
    ? 'it does not offer encryption'
    : (REASONS[code ?? ''] ?? code ?? 'no reason given');
  return new MailboxError(`The bounce mailbox at ${at.host}:${at.port} can't be read: ${reason}.`, {
    cause: error,
  });
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing answers there',
  ENOTFOUND: 'there is no such host',
  ECONNRESET: 'the connection was cut',
  EConnectionClosed: 'the connection was cut',
  NoConnection: 'the connection was cut',
  CONNECT_TIMEOUT: 'no answer in time',
  GREETING_TIMEOUT: 'no greeting in time',
  ETIMEOUT: 'no answer in time',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody we trust',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};
