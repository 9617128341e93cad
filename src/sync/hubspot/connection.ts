import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@hubspot/api-client';
import { CallFailed, type Failure, toSyncError } from './failure.ts';
import { RateLimiter } from './limiter.ts';
import { decideRetry } from './retry.ts';

export interface HubSpotOptions {
  accessToken: string;
  /** e.g. https://api.hubapi.com; a trailing slash is taken off, because the client would double it. */
  baseUrl: string;
  /** One call's answer may take this long; 30 s. */
  timeoutMs?: number;
  /** Waits between tries are multiplied by this: tests are in a hurry. */
  patience?: number;
}

/** The kind of call decides which limit it counts against. */
export type Bucket = 'general' | 'search';

/** What the client's middleware shows of an answer. */
interface ResponseContext {
  httpStatusCode: number;
  headers: Record<string, string>;
  body: { text(): Promise<string> };
}

/**
 * The official client, made safe to rely on. Its own retries and limiter stay off: they are shared by the whole
 * process, miss most of the faults that happen, and know no time-out. Every call goes through `call`.
 */
export class HubSpotConnection {
  readonly baseUrl: string;
  readonly #options: Required<HubSpotOptions>;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #limiters: Record<Bucket, RateLimiter> = {
    // the lowest limit any account has, until its answers name the real one
    general: new RateLimiter(95, 10_000),
    search: new RateLimiter(4, 1000),
  };
  #client: Promise<Client> | undefined;

  constructor(options: HubSpotOptions) {
    this.baseUrl = options.baseUrl.trim().replace(/\/+$/, '');
    this.#options = { timeoutMs: 30_000, patience: 1, ...options };
    const pool = { keepAlive: true, maxSockets: 10, timeout: this.#options.timeoutMs };
    this.#agent = this.baseUrl.startsWith('http:') ? new HttpAgent(pool) : new HttpsAgent(pool);
    endSilentSockets(this.#agent);
  }

  /**
   * Makes one call: in its turn, with a time-out, again after passing faults.
   * @param what what is asked for, in words for people, e.g. "contacts"
   * @throws SyncError when it finally failed; the signal's reason when aborted
   */
  async call<T>(
    bucket: Bucket,
    what: string,
    signal: AbortSignal,
    make: (client: Client) => Promise<T>,
  ): Promise<T> {
    const client = await this.#load();
    const limiter = this.#limiters[bucket];
    for (let tries = 1; ; tries++) {
      await limiter.take(signal);
      try {
        return await this.#within(make(client), signal);
      } catch (error) {
        signal.throwIfAborted();
        const failure = failureOf(error);
        if (!failure) throw error;
        const decision = decideRetry(failure, tries, Math.random(), new Date());
        if (!decision.retry) throw toSyncError(failure, what, this.baseUrl);
        const waitMs = decision.waitMs * this.#options.patience;
        if (decision.pauseAll) limiter.pause(waitMs);
        await sleep(waitMs, undefined, { signal });
      }
    }
  }

  /** Ends every connection, hanging ones too. */
  close(): void {
    this.#agent.destroy();
  }

  async #load(): Promise<Client> {
    this.#client ??= this.#connect();
    return await this.#client;
  }

  async #connect(): Promise<Client> {
    // 50 ms and more that commands without a CRM need not spend
    const { Client } = await import('@hubspot/api-client');
    return new Client({
      accessToken: this.#options.accessToken,
      basePath: this.baseUrl,
      numberOfApiCallRetries: 0,
      httpAgent: this.#agent,
      middleware: [
        { pre: (context) => context, post: (context) => this.#inspect(context as ResponseContext) },
      ],
    });
  }

  /**
   * Looks at every answer before the client does: it would turn HTML into `{}`, and drop from errors the
   * fields that tell a limit of the day from one of the second.
   */
  async #inspect(context: ResponseContext): Promise<ResponseContext> {
    const { httpStatusCode: status, headers } = context;
    const max = Number(headers['x-hubspot-ratelimit-max']);
    const windowMs = Number(headers['x-hubspot-ratelimit-interval-milliseconds']);
    if (max && windowMs) this.#limiters.general.adapt(max, windowMs);
    const text = await context.body.text();
    if (status < 200 || status > 299) throw new CallFailed({ kind: 'status', status, headers, body: text });
    if (!/\bjson\b/i.test(headers['content-type'] ?? '') || !text.trimStart().startsWith('{')) {
      const html = /^\s*<|\bhtml\b/i.test(`${text.slice(0, 200)} ${headers['content-type'] ?? ''}`);
      const message = html
        ? 'it answered with a web page'
        : 'it answered with something that is no JSON object';
      throw new CallFailed({ kind: 'garbled', message });
    }
    return context;
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

/** Node only reports a silent socket. Left open, ten of them would use up the pool. */
function endSilentSockets(agent: HttpAgent): void {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (...args: Parameters<typeof connect>) => {
    const socket = connect(...args);
    socket?.on('timeout', () => socket.destroy());
    return socket;
  };
}

/** What kind of failure an exception is; undefined for mistakes of our own. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CallFailed) return error.failure;
  if (error instanceof SyntaxError) return { kind: 'garbled', message: 'it answered with broken JSON' };
  if (error instanceof TypeError && /is not iterable/.test(error.message)) {
    return { kind: 'garbled', message: 'its lists are no lists' };
  }
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  return code === undefined ? undefined : { kind: 'network', code, message: error.message };
}

function codeOf(error: Error): string | undefined {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0]);
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^(E[A-Z_]+|UND_ERR_\w+|CERT_\w+|HPE_\w+|\w+_CERT\w*)$/.test(code))
    return code;
  if (error.cause instanceof Error) return codeOf(error.cause);
  return /aborted|socket hang up|fetch failed/i.test(error.message) ? 'ECONNRESET' : undefined;
}
