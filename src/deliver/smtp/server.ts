import { parseConnectionUrl } from 'nodemailer/lib/shared';
import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';

/** One mail server: how to reach it, and what keeps it from keeping us. */
export interface SmtpServer {
  /** Host and port, for people. */
  name: string;
  options: SMTPConnectionOptions;
  auth: SMTPConnectionAuth | null;
  /** How long it may keep silent, in milliseconds. */
  silence: number;
  /** Connections kept open at a time by one process. */
  connections: number;
  /** Mails over one connection, then a new one. */
  perConnection: number;
}

/** Connections to one server, unless its URL says otherwise: also the number of mails on their way at a time. */
export const CONNECTIONS = 10;

/** Silence that a slow server keeps and a dead one doesn't, in milliseconds. */
const SILENCE = 120_000;

/**
 * Reads a nodemailer connection URL, e.g. `smtps://user:password@host:465?maxConnections=5`. What it leaves out has
 * time limits that a slow server keeps and a dead one doesn't: RFC 5321 (4.5.3.2) would wait up to 10 minutes.
 */
export function smtpServer(url: string): SmtpServer {
  const { auth, maxConnections, maxMessages, ...given } = parseConnectionUrl(url) as SMTPConnectionOptions & {
    auth?: { user: string; pass: string };
    maxConnections?: number;
    maxMessages?: number;
  };
  const silence = given.socketTimeout ?? SILENCE;
  return {
    name: `${given.host ?? 'localhost'}:${given.port ?? (given.secure ? 465 : 587)}`,
    options: {
      connectionTimeout: 30_000,
      greetingTimeout: 30_000,
      socketTimeout: silence,
      socketCloseTimeout: 1000,
      ...given,
    },
    auth: auth ? { user: auth.user, pass: auth.pass, credentials: auth } : null,
    silence,
    connections: maxConnections ?? CONNECTIONS,
    perConnection: maxMessages ?? 500,
  };
}
