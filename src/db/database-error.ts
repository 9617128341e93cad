/** Why the database can't be used. Stable codes. */
export type DatabaseErrorCode =
  | 'url_unreadable'
  | 'unreachable'
  | 'host_unknown'
  | 'timed_out'
  | 'sign_in_refused'
  | 'database_missing'
  | 'too_many_connections'
  | 'starting_or_stopping'
  | 'tls_refused'
  | 'connection_failed';

/** A database that can't be used, said so that a person knows what to do. Never holds the password. */
export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;
  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseError';
    this.code = code;
  }
}

/** A failed attempt to connect to `url`, in plain words. */
export function databaseError(error: unknown, url: string): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const place = placeOf(url);
  if (!place) {
    return new DatabaseError(
      'url_unreadable',
      'DATABASE_URL can not be read. It must look like postgres://user:password@host:5432/database, ' +
        'with special characters in the password percent-encoded.',
    );
  }
  const [code, sentence] = explain(error, place);
  return new DatabaseError(code, sentence, { cause: error });
}

interface Place {
  server: string;
  host: string;
  database: string;
  user: string;
}

/** Where a database URL points, without its password; undefined if it can't be read. */
function placeOf(url: string): Place | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, pathname, username } = new URL(url);
  const host = hostname || 'localhost';
  const user = decode(username) || 'the default user';
  return { host, server: `${host}:${port || '5432'}`, database: decode(pathname.slice(1)) || user, user };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function explain(error: unknown, { server, host, database, user }: Place): [DatabaseErrorCode, string] {
  const message = error instanceof Error ? error.message : String(error);
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return ['unreachable', `No PostgreSQL answers at ${server}. Is it running, and is DATABASE_URL right?`];
    case 'ECONNRESET':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EPIPE':
      return [
        'unreachable',
        `PostgreSQL at ${server} can't be reached. Is it running, and does the network or a firewall let this machine through?`,
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        'host_unknown',
        `The database's host ${host} is not known. Check DATABASE_URL and the name service.`,
      ];
    case 'ETIMEDOUT':
      return timedOut(server);
    case '28P01':
      return [
        'sign_in_refused',
        `PostgreSQL at ${server} refused the password of user "${user}". Check DATABASE_URL (special characters percent-encoded).`,
      ];
    case '28000':
      return [
        'sign_in_refused',
        `PostgreSQL at ${server} lets user "${user}" not into database "${database}" from here. Check DATABASE_URL and the server's pg_hba.conf; some servers need ?sslmode=require.`,
      ];
    case '3D000':
      return [
        'database_missing',
        `PostgreSQL at ${server} has no database "${database}". Create it (createdb ${database}) or correct DATABASE_URL.`,
      ];
    case '53300':
      return [
        'too_many_connections',
        `PostgreSQL at ${server} has no connection left. Raise max_connections or run fewer processes.`,
      ];
    case '57P03':
      return [
        'starting_or_stopping',
        `PostgreSQL at ${server} is starting or stopping. Try again in a moment.`,
      ];
  }
  if (/timeout/i.test(message)) return timedOut(server);
  if (/SSL|TLS|certificate/i.test(message)) {
    return [
      'tls_refused',
      `No secure connection to PostgreSQL at ${server}: ${message}. Set sslmode in DATABASE_URL to what the server offers.`,
    ];
  }
  return ['connection_failed', `Connecting to PostgreSQL at ${server} failed: ${message}`];
}

function timedOut(server: string): [DatabaseErrorCode, string] {
  return [
    'timed_out',
    `PostgreSQL at ${server} gave no connection in time. It may be overloaded, out of connections, or behind a firewall.`,
  ];
}

/** The error's code; for a host with several addresses, the code of the first one's failure. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
