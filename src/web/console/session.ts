import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isSame } from '../same.ts';

/** A working day. */
const SESSION_MS = 12 * 3_600_000;
/** How long a browser is remembered in which somebody signed in. */
const DEVICE_MS = 365 * 24 * 3_600_000;
/** How long somebody may take at the identity provider. */
const TRIP_MS = 10 * 60_000;

/** What a session's cookie says; whether it still holds, the database knows. */
export interface Session {
  /** Unguessable, and new at each sign-in. */
  number: string;
  /** Null: signed in with the installation's password. */
  accountId: number | null;
  /** The account's round of sessions that it belongs to; 0 without an account. */
  round: number;
  until: Date;
}

/** Cookies that only this installation can have made. */
export interface Sessions {
  /** Compares in constant time; nothing is right where there is no such password. */
  isPassword(candidate: string): boolean;
  /** The Set-Cookie values of a new session, and of the browser that may try again undisturbed. */
  start(given: {
    who: string;
    accountId: number | null;
    round: number;
    now: Date;
    secure: boolean;
  }): string[];
  /** The Set-Cookie value that ends it. */
  end(secure: boolean): string;
  read(cookies: string | undefined, given: { now: Date; secure: boolean }): Session | null;
  /** The browser's own number, if that person has signed in with it before. */
  device(cookies: string | undefined, given: { who: string; now: Date; secure: boolean }): string | null;
  /** Keeps what a trip to the identity provider must come back with; `null` forgets it. */
  keepTrip(trip: object | null, given: { now: Date; secure: boolean }): string;
  trip(cookies: string | undefined, given: { now: Date; secure: boolean }): unknown;
}

const NAMES = { session: 'spielbein_session', device: 'spielbein_device', trip: 'spielbein_sso' } as const;

/**
 * Sessions in signed cookies. What is signed names the kind of cookie, so that none passes for another; where https is
 * spoken, the name begins with `__Host-`, which browsers take from this very host and over https only (RFC 6265bis).
 * @param password the installation's; a new one ends the sessions that were begun with it
 */
export function createSessions(secret: string, password: string | null): Sessions {
  const keyOf = (purpose: string) => createHmac('sha256', secret).update(`spielbein/${purpose}`).digest();
  const keys = {
    account: keyOf('session/2/account'),
    password: keyOf(`session/2/password\n${password ?? ''}`),
    device: keyOf('device/1'),
    trip: keyOf('trip/1'),
  };
  const sign = (key: Buffer, parts: readonly (string | number)[]) => {
    const text = parts.join('.');
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  /** The signed parts; null when they were not signed by us, or are over. The first part says until when. */
  const open = (key: Buffer, value: string | undefined, now: Date): string[] | null => {
    const at = value?.lastIndexOf('.') ?? -1;
    if (value === undefined || at < 1 || !isSame(value, sign(key, [value.slice(0, at)]))) return null;
    const [until = '', ...parts] = value.slice(0, at).split('.');
    return /^\d{1,15}$/.test(until) && Number(until) > now.getTime() ? [until, ...parts] : null;
  };
  const hasPassword = password !== null && password !== '';

  return {
    isPassword: (candidate) => isSame(candidate, password ?? '') && hasPassword,
    start({ who, accountId, round, now, secure }) {
      const number = randomBytes(18).toString('base64url');
      const key = accountId === null ? keys.password : keys.account;
      const value = sign(key, [now.getTime() + SESSION_MS, accountId ?? 'password', round, number]);
      const device = sign(keys.device, [
        now.getTime() + DEVICE_MS,
        encode(who),
        randomBytes(9).toString('base64url'),
      ]);
      return [
        cookie(NAMES.session, value, { ms: SESSION_MS, secure }),
        cookie(NAMES.device, device, { ms: DEVICE_MS, secure }),
      ];
    },
    end: (secure) => cookie(NAMES.session, '', { ms: 0, secure }),
    read(header, { now, secure }) {
      const value = readCookie(header, nameOf(NAMES.session, secure));
      const account = open(keys.account, value, now);
      const parts = account ?? (hasPassword ? open(keys.password, value, now) : null);
      if (parts === null) return null;
      const [until, who, round, number] = parts as [string, string, string, string];
      const accountId = account === null ? null : Number(who);
      return { number, accountId, round: Number(round), until: new Date(Number(until)) };
    },
    device(header, { who, now, secure }) {
      const parts = open(keys.device, readCookie(header, nameOf(NAMES.device, secure)), now);
      return parts !== null && parts[1] === encode(who) ? (parts[2] ?? null) : null;
    },
    keepTrip(trip, { now, secure }) {
      if (trip === null) return cookie(NAMES.trip, '', { ms: 0, secure });
      const value = sign(keys.trip, [now.getTime() + TRIP_MS, encode(JSON.stringify(trip))]);
      return cookie(NAMES.trip, value, { ms: TRIP_MS, secure });
    },
    trip(header, { now, secure }) {
      const parts = open(keys.trip, readCookie(header, nameOf(NAMES.trip, secure)), now);
      return parts === null ? null : JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    },
  };
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');

const nameOf = (name: string, secure: boolean): string => (secure ? `__Host-${name}` : name);

function cookie(name: string, value: string, { ms, secure }: { ms: number; secure: boolean }): string {
  const age = Math.round(ms / 1000);
  return `${nameOf(name, secure)}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** Whether the console was reached under its public https address: its cookies are Secure then. */
export function isSecure(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const url = new URL(publicUrl);
  return url.protocol === 'https:' && (headers.host === url.host || headers['x-forwarded-proto'] === 'https');
}

/** The value of one cookie in a Cookie header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}
