import type { Agent as HttpAgent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@hubspot/api-client';
import { checkAnswer, failureOf } from './answer.ts';
import { type ApiVersion, versioned, versionedUrl } from './api-version.ts';
import { CallFailed, toSyncError } from './failure.ts';
import { RateLimiter } from './limiter.ts';
import { decideRetry } from './retry.ts';
import { socketPool } from './sockets.ts';

export interface HubSpotOptions {
  accessToken: string;
  /** e.g. https://api.hubapi.com; a trailing slash is taken off, because the client would double it. */
  baseUrl: string;
  /** One call's answer may take this long; 30 s. */
  timeoutMs?: number;
  /** Waits between tries are multiplied by this: tests are in a hurry. */
  patience?: number;
  /** `v3` unless told otherwise. */
  apiVersion?: ApiVersion;
}

/** The kind of call decides which limit it counts against. */
export type Bucket = 'general' | 'search';

/** A call that the client has no method for. */
export interface HubSpotRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With v3 or v4, e.g. `/communication-preferences/v4/definitions`: it is asked in the API version configured. */
  path: string;
  query?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Statuses beyond 2xx that are answers and no failures, e.g. 404 where a record may be missing. */
  accepts?: readonly number[];
  /**
   * Making it twice does no harm, so it is made again when nobody knows whether it arrived. True unless told
   * otherwise, but for POST: that may create something.
   */
  repeatable?: boolean;
}

/** What the client's middleware shows of a request. */
interface RequestContext {
  getUrl(): string;
  setUrl(url: string): void;
}

/** What the client's middleware shows of an answer. */
interface ResponseContext {
  httpStatusCode: number;
  headers: Record<string, string>;
  body: { text(): Promise<string> };
}

/**
 * The official client, made safe to rely on. Its own retries and limiter stay off: they are shared by the whole
 * process, miss most of the faults that happen, and know no time-out. Every call goes through `call` or `request`.
 */
export class HubSpotConnection {
  readonly baseUrl: string;
  readonly #options: Required<HubSpotOptions>;
  readonly #agent: HttpAgent;
  readonly #closed = new AbortController();
  readonly #limiters: Record<Bucket, RateLimiter> = {
    // the lowest limit any account has, until its answers name the real one
    general: new RateLimiter(95, 10_000),
    search: new RateLimiter(4, 1000),
  };
  #client: Promise<Client> | undefined;

  constructor(options: HubSpotOptions) {
    this.baseUrl = options.baseUrl.trim().replace(/\/+$/, '');
    this.#options = { timeoutMs: 30_000, patience: 1, apiVersion: 'v3', ...options };
    this.#agent = socketPool(this.baseUrl, this.#options.timeoutMs);
  }

  /**
   * Makes one call of the client: in its turn, with a time-out, again after passing faults.
   * @param what what is asked for, in words for people, e.g. "contacts"
   * @param repeatable false for calls that create something (see `HubSpotRequest`)
   * @throws SyncError when it finally failed; the signal's reason when aborted
   */
  async call<T>(
    bucket: Bucket,
    what: string,
    signal: AbortSignal,
    make: (client: Client) => Promise<T>,
    repeatable = true,
  ): Promise<T> {
    const client = await this.#load();
    return await this.#persist(bucket, what, signal, repeatable, () => this.#within(make(client), signal));
  }

  /**
   * Makes a call that the client has no method for, with the same limits, retries, time-out and checks. The body of
   * the answer is what the JSON says, unchecked; null when there is none (204).
   * @param what as in `call`
   * @throws SyncError when it finally failed; the signal's reason when aborted
   */
  async request(
    what: string,
    signal: AbortSignal,
    request: HubSpotRequest,
  ): Promise<{ status: number; body: unknown }> {
    const { method, path, accepts = [], repeatable = method !== 'POST' } = request;
    const bucket = /\/search$/.test(path) ? 'search' : 'general';
    return await this.#persist(bucket, what, signal, repeatable, async () => {
      const ended = AbortSignal.any([signal, this.#closed.signal]);
      const { status, headers, text } = await this.#within(this.#fetch(request, ended), signal);
      this.#hear(headers);
      checkAnswer({ status, headers, text }, accepts);
      return { status, body: status === 204 ? null : (JSON.parse(text) as unknown) };
    });
  }

  /** Ends every connection, hanging ones too. */
  close(): void {
    this.#closed.abort();
    this.#agent.destroy();
  }

  async #persist<T>(
    bucket: Bucket,
    what: string,
    signal: AbortSignal,
    repeatable: boolean,
    make: () => Promise<T>,
  ): Promise<T> {
    const limiter = this.#limiters[bucket];
    for (let tries = 1; ; tries++) {
      await limiter.take(signal);
      try {
        return await make();
      } catch (error) {
        signal.throwIfAborted();
        const failure = failureOf(error);
        if (!failure) throw error;
        const decision = decideRetry(failure, tries, Math.random(), new Date(), repeatable);
        if (!decision.retry) throw toSyncError(failure, what, this.baseUrl);
        const waitMs = decision.waitMs * this.#options.patience;
        if (decision.pauseAll) limiter.pause(waitMs);
        await sleep(waitMs, undefined, { signal });
      }
    }
  }

  async #fetch({ method, path, query, body }: HubSpotRequest, signal: AbortSignal) {
    const { accessToken, apiVersion, timeoutMs } = this.#options;
    const search = query ? `?${new URLSearchParams(query)}` : '';
    const answer = await fetch(`${this.baseUrl}${versioned(path, apiVersion)}${search}`, {
      method,
      headers: {
        Authorization: `Bearer ${accessToken}`,
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // the token goes to nobody else
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
  }

  async #load(): Promise<Client> {
    this.#client ??= this.#connect();
    return await this.#client;
  }

  async #connect(): Promise<Client> {
    // 50 ms and more that commands without a CRM need not spend
    const { Client } = await import('@hubspot/api-client');
    const { accessToken, apiVersion } = this.#options;
    return new Client({
      accessToken,
      basePath: this.baseUrl,
      numberOfApiCallRetries: 0,
      httpAgent: this.#agent,
      middleware: [
        {
          pre: async (context: RequestContext) => {
            context.setUrl(versionedUrl(context.getUrl(), this.baseUrl, apiVersion));
            return context;
          },
          post: (context) => this.#inspect(context as ResponseContext),
        },
      ],
    });
  }

  async #inspect(context: ResponseContext): Promise<ResponseContext> {
    const { httpStatusCode: status, headers } = context;
    this.#hear(headers);
    checkAnswer({ status, headers, text: await context.body.text() });
    return context;
  }

  /** What the account allows. */
  #hear(headers: Record<string, string>): void {
    const max = Number(headers['x-hubspot-ratelimit-max']);
    const windowMs = Number(headers['x-hubspot-ratelimit-interval-milliseconds']);
    if (max && windowMs) this.#limiters.general.adapt(max, windowMs);
  }

  /** The client knows no time-out and no signal; losing the race leaves the socket to `close`. */
  async #within<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
    const { timeoutMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    let stop: (() => void) | undefined;
    try {
      return await Promise.race([
        call,
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new CallFailed({ kind: 'timeout', ms: timeoutMs })), timeoutMs);
          stop = () => reject(signal.reason);
          signal.addEventListener('abort', stop, { once: true });
        }),
      ]);
    } finally {
      clearTimeout(timer);
      if (stop) signal.removeEventListener('abort', stop);
      // when the race is lost, its late failure is nobody's business
      call.catch(() => {});
    }
  }
}
