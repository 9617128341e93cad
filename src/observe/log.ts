import { hostname } from 'node:os';
import { type DestinationStream, destination, type LevelWithSilent, pino, stdTimeFunctions } from 'pino';
import { maskAddresses } from '../domain/mask.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What belongs to a line and can be searched for: ids, counts and codes, never names, addresses or secrets. */
export interface LogFields {
  /** `info` unless told otherwise. */
  level?: LogLevel;
  campaign?: string | undefined;
  [field: string]: string | number | boolean | null | undefined;
}

/** How things are said while something takes time: a line for people, and fields for machines. */
export type Log = (line: string, fields?: LogFields) => void;

/** Where lines go: standard error, at once, so that the last words before a crash are not lost. */
const toStandardError = () => destination({ dest: 2, sync: true });

/**
 * Lines of JSON for whoever collects logs, one object a line: `level`, `time` (ISO 8601), `pid`, `host`, `role`,
 * `msg` and the fields.
 *
 * @param options.role which part of Spielbein this process is, e.g. `worker`
 */
export function jsonLog(
  options: { level: LevelWithSilent; role: string },
  stream: DestinationStream = toStandardError(),
): Log {
  const logger = pino(
    {
      level: options.level,
      base: { pid: process.pid, host: hostname(), role: options.role },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    stream,
  );
  return (line, { level = 'info', ...fields } = {}) => logger[level](masked(fields), maskAddresses(line));
}

/** The order of levels in which `plainLog` leaves out. */
const WEIGHT: Record<LevelWithSilent, number> = {
  trace: 0,
  debug: 1,
  info: 2,
  warn: 3,
  error: 4,
  fatal: 5,
  silent: 6,
};

/** Lines alone, for people at a terminal. */
export function plainLog(options: { level: LevelWithSilent }, say: (line: string) => void): Log {
  return (line, { level = 'info' } = {}) => {
    if (WEIGHT[level] >= WEIGHT[options.level]) say(maskAddresses(line));
  };
}

/** Says the same line at most once a minute: trouble that repeats is not more trouble. */
export function onceAMinute(log: Log): Log {
  const said = new Map<string, number>();
  return (line, fields) => {
    const now = Date.now();
    const key = `${line}\n${JSON.stringify(fields ?? {})}`;
    if (now - (said.get(key) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
    if (said.size > 500) said.clear();
    said.set(key, now);
    log(line, fields);
  };
}

function masked(fields: Omit<LogFields, 'level'>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? maskAddresses(value) : value,
    ]),
  );
}
