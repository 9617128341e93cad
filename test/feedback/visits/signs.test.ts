import { describe, expect, test } from 'vitest';
import { requestSign } from '../../../src/feedback/visits/signs.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const sign = (agent: string | undefined, headers: Record<string, string> = {}, method = 'GET') =>
  requestSign({ method, headers: { ...(agent === undefined ? {} : { 'user-agent': agent }), ...headers } });

describe('a request', () => {
  test.each([
    FIREFOX,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    'Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36',
  ])('of a browser says nothing against a person: %s', (agent) => {
    expect(sign(agent)).toBeNull();
  });

  test.each([
    undefined,
    '',
    ' ',
    'curl/8.5.0',
    'python-requests/2.32.0',
    'Go-http-client/2.0',
    'BarracudaLinkProtect',
    'Barracuda Sentinel (EE)',
    'Mozilla/5.0 (compatible; BitDefender; Mail Scan)',
    'Mozilla/5.0 (compatible; Mimecast)',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Proofpoint',
    'Mozilla/4.0 (compatible; MSIE 7.0; Symantec Link Following)',
    'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
    'Mozilla/5.0 (compatible; Trend Micro WTP)',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  ])('of a program that names itself, or nobody: %s', (agent) => {
    expect(sign(agent)).toBe('agent');
  });

  test.each([
    { 'sec-purpose': 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender' },
    { purpose: 'prefetch' },
    { 'x-purpose': 'preview' },
    { 'x-moz': 'prefetch' },
  ])('that nobody has asked for yet: %j', (headers) => {
    expect(sign(FIREFOX, headers)).toBe('prefetch');
  });

  test('that only asks for the headers', () => {
    expect(sign(FIREFOX, {}, 'HEAD')).toBe('head');
  });
});
