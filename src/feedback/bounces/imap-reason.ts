import type { ImapFlowError } from 'imapflow';

const REASONS: Readonly<Record<string, string>> = {
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

/** Why a mailbox could not be read, as far as it lies in the connection. No full stop. */
export const imapReason = ({ code, tlsFailed }: ImapFlowError): string =>
  tlsFailed ? 'it does not offer encryption' : (REASONS[code ?? ''] ?? code ?? 'no reason given');
