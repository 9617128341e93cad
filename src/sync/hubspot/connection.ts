import type { Agent as HttpAgent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@hubspot/api-client';
import { checkAnswer, failureOf } from './answer.ts';
import { type ApiVersion, versionedUrl } from './api-version.ts';
import { CallFailed, toSyncError } from './failure.ts';
import { type Bucket, type CallLimiter, type ToldLimits, toldLimits } from './limiter.ts';
import { processLimiter } from './process-limiter.ts';
import { type HubSpotRequest, sendRequest } from './request.ts';
import { decideRetry } from './retry.ts';
import { Slots } from './slots.ts';
import { CALLS_AT_ONCE, socketPool } from './sockets.ts';

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
  /** Whom the limits are shared with. Unset: with nobody. */
  limiter?: CallLimiter;
  /** For the few calls that can't wait (`CallToCome`). */
  urgent?: boolean;
}

/** A call ends when its time is out; until that is written down some time goes by. */
const MARGIN_MS = 5000;

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
  readonly #options: Required<Omit<HubSpotOptions, 'limiter'>>;
  readonly #agent: HttpAgent;
  readonly #closed = new AbortController();
  readonly #limiter: CallLimiter;
  /** A call first has a socket and then a place: one that waits for a socket would hold its place for nothing. */
  readonly #slots = { general: new Slots(CALLS_AT_ONCE.general), search: new Slots(CALLS_AT_ONCE.search) };
  /** What an answer has told since a call ended; limits are the account's, so it does not matter whose answer. */
  #told: ToldLimits | null = null;
  #client: Promise<Client> | undefined;

  constructor(options: HubSpotOptions) {
    this.baseUrl = options.baseUrl.trim().replace(/\/+$/, '');
    this.#options = { timeoutMs: 30_000, patience: 1, apiVersion: 'v3', urgent: false, ...options };
    this.#limiter = options.limiter ?? processLimiter();
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
    return await this.#persist(bucket, what, signal, repeatable, async () => await make(client));
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
    const { method, path, prepare, accepts = [], repeatable = method !== 'POST' } = request;
    const bucket = /\/search$/.test(path) ? 'search' : 'general';
    return await this.#persist(bucket, what, signal, repeatable, async (givenUp) => {
      const ended = AbortSignal.any([givenUp, this.#closed.signal]);
      const ready = prepare ? { ...request, body: await prepare() } : request;
      const answer = await sendRequest(this.baseUrl, this.#options, ready, ended);
      this.#hear(answer.headers);
      checkAnswer(answer, accepts);
      const { status, text } = answer;
      return { status, body: status === 204 ? null : (JSON.parse(text) as unknown) };
    });
  }

  /** How long one try of a call may take, in milliseconds. */
  get longestMs(): number {
    return this.#options.timeoutMs;
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
    make: (givenUp: AbortSignal) => Promise<T>,
  ): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#inTurn(bucket, signal, make);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof CallFailed)) throw error;
        const decision = decideRetry(error.failure, tries, Math.random(), new Date(), repeatable);
        if (!decision.retry) {
          const { apiVersion } = this.#options;
          throw toSyncError(error.failure, what, { baseUrl: this.baseUrl, apiVersion });
        }
        const waitMs = decision.waitMs * this.#options.patience;
        if (decision.pauseAll) await this.#limiter.pause(bucket, waitMs);
        await sleep(waitMs, undefined, { signal });
      }
    }
  }

  async #inTurn<T>(
    bucket: Bucket,
    signal: AbortSignal,
    make: (givenUp: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return await this.#slots[bucket].use(signal, async () => {
      const { timeoutMs, urgent } = this.#options;
      const place = await this.#limiter.begin(bucket, signal, { longestMs: timeoutMs + MARGIN_MS, urgent });
      const givenUp = new AbortController();
      const made = make(givenUp.signal);
      const end = () => {
        place.end(this.#told);
        this.#told = null;
      };
      // not when its time is out or nobody wants it any more: the CRM may count it until its answer
      made.then(end, end);
      try {
        return await this.#within(made, signal);
      } catch (error) {
        // only here: what fails while a place is waited for is no failure of the CRM
        const failure = failureOf(error);
        throw failure ? new CallFailed(failure) : error;
      } finally {
        givenUp.abort();
      }
    });
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
    this.#told = toldLimits(headers) ?? this.#told;
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
    }
  }
}
