import { createHmac } from 'node:crypto';
import { isSame } from '../same.ts';

const COOKIE = 'spielbein_session';
/** A working day. */
const SESSION_MS = 12 * 3_600_000;

export interface Sessions {
  /** Compares in constant time. */
  isPassword(candidate: string): boolean;
  /** The Set-Cookie value of a new session. */
  start(given: { now: Date; secure: boolean }): string;
  /** The Set-Cookie value that ends it. */
  end(): string;
  isValid(cookieHeader: string | undefined, now: Date): boolean;
}

/**
 * Sessions without state: the cookie says until when, signed with a key made from the installation's secret and
 * the password. A changed password ends all sessions.
 */
export function createSessions(secret: string, password: string): Sessions {
  const key = createHmac('sha256', secret).update(`spielbein/session/1\n${password}`).digest();
  const tag = (until: string) => createHmac('sha256', key).update(until).digest('base64url');
  return {
    isPassword: (candidate) => isSame(candidate, password),
    start({ now, secure }) {
      const until = String(now.getTime() + SESSION_MS);
      const value = `${until}.${tag(until)}`;
      return `${COOKIE}=${value}; Path=/; Max-Age=${SESSION_MS / 1000}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
    },
    end: () => `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`,
    isValid(header, now) {
      const [until = '', given = ''] = (readCookie(header, COOKIE) ?? '').split('.');
      return /^\d{1,15}$/.test(until) && isSame(given, tag(until)) && Number(until) > now.getTime();
    },
  };
}

/** The value of one cookie in a Cookie header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}
