import { CallFailed, type Failure } from './failure.ts';

/** One answer as it came: names of headers in lower case. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/**
 * Looks at every answer before the client does: it would turn HTML into `{}`, and drop from errors the fields that
 * tell a limit of the day from one of the second.
 * @param accepted answers beyond 2xx that the caller understands
 * @throws CallFailed
 */
export function checkAnswer(
  answer: Answer,
  accepted: readonly number[] | ((answer: Answer) => boolean) = [],
): void {
  const { status, headers, text } = answer;
  const isAccepted = () => (typeof accepted === 'function' ? accepted(answer) : accepted.includes(status));
  if ((status < 200 || status > 299) && !isAccepted()) {
    throw new CallFailed({ kind: 'status', status, headers, body: text });
  }
  if (status === 204) return;
  if (!/\bjson\b/i.test(headers['content-type'] ?? '') || !text.trimStart().startsWith('{')) {
    const html = /^\s*<|\bhtml\b/i.test(`${text.slice(0, 200)} ${headers['content-type'] ?? ''}`);
    const message = html
      ? 'it answered with a web page'
      : 'it answered with something that is no JSON object';
    throw new CallFailed({ kind: 'garbled', message });
  }
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
