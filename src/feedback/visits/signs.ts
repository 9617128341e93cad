import type { IncomingHttpHeaders } from 'node:http';
import { createIsBotFromList, findBotPatterns, list } from 'isbot';
import type { MachineSign } from '../../domain/conversation.ts';

/**
 * A Chromium without a window, as accessibility tools and test programs use it, too. Scanners that drive a browser give
 * it an ordinary name anyway: what it does tells them, not its name.
 */
const HEADLESS =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0.0.0 Safari/537.36';

/** Programs that guard mailboxes, and call themselves browsers otherwise; isbot knows most others. */
const GATEWAYS = [
  'barracuda',
  'bitdefender',
  'cisco-ironport',
  'cloudmark',
  'fireeye',
  'forcepoint',
  'fortimail',
  'googleimageproxy',
  'hornetsecurity',
  'messagelabs',
  'mimecast',
  'proofpoint',
  'safelinks',
  'sophos',
  'symantec',
  'trend ?micro',
  'zscaler',
];

const headless = new Set(findBotPatterns(HEADLESS));
const isProgram = createIsBotFromList([...list.filter((pattern) => !headless.has(pattern)), ...GATEWAYS]);

/** Headers in which browsers say that nobody has asked for this page yet. */
const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/** What a single request says of itself that speaks against a person; null: nothing. */
export function requestSign(request: { method: string; headers: IncomingHttpHeaders }): MachineSign | null {
  const { method, headers } = request;
  if (method === 'HEAD') return 'head';
  if (PURPOSES.some((name) => /prefetch|prerender|preview/i.test(String(headers[name] ?? '')))) {
    return 'prefetch';
  }
  const agent = headers['user-agent']?.trim();
  return !agent || isProgram(agent) ? 'agent' : null;
}
