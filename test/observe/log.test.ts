import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { maskAddresses } from '../../src/domain/mask.ts';
import { jsonLog, onceAMinute, plainLog } from '../../src/observe/log.ts';

describe('the safety net for addresses', () => {
  it.each([
    ['550 5.1.1 <kim.beispiel@kunde.example>: unknown', '550 5.1.1 <[address]>: unknown'],
    ['to=kim+x@kunde.example, later', '[address], later'],
    ['"Kim Beispiel"@kunde.example is full', '[address] is full'],
    ['Müller: jörg@müller.example.', 'Müller: [address]'],
    ['kim@[192.0.2.7] refused', '[address] refused'],
    ['GET /search?q=kim%40kunde.example', 'GET [address]'],
    ['smtp://user:geheim@mail.example:465 is away', 'smtp://[address]:465 is away'],
    ['postgres://me:p@ss:(w,rd@db.example:5432/x is away', 'postgres://[address]:5432/x is away'],
    ['imaps://kim@kunde.example:ge@heim@[::1]/INBOX', 'imaps://[address]/INBOX'],
    ['ORCPT=rfc822;kim+40kunde.example', 'ORCPT=rfc822;[address]'],
    ['550 kim＠kunde.example unknown', '550 [address] unknown'],
    ['550 kim @kunde.example unknown', '550 [address] unknown'],
  ])('%s', (said, masked) => {
    expect(maskAddresses(said)).toBe(masked);
  });

  it('leaves alone what is no address', () => {
    for (const line of ['gmx.de asks to slow down', '5 mails @ once', 'nightly-2026-10-12', '421 4.7.0 @'])
      expect(maskAddresses(line)).toBe(line);
  });

  it('lets no address through, whatever surrounds it', () => {
    fc.assert(
      fc.property(fc.string(), fc.emailAddress(), fc.string(), (before, address, after) => {
        const masked = maskAddresses(`${before} ${address} ${after}`);
        expect(masked).not.toContain(address);
      }),
    );
  });

  it('takes no time to speak of for a very long line', () => {
    // of this process alone: what else the machine does is no matter
    const began = process.cpuUsage();
    for (const line of [
      'a'.repeat(200_000),
      '://a'.repeat(50_000),
      ' '.repeat(200_000),
      '+40'.repeat(70_000),
    ])
      maskAddresses(`${line} @`);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});

describe('logs as JSON', () => {
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };

  it('say when, how grave, which process in which role, what, and about what', () => {
    jsonLog({ level: 'info', role: 'worker' }, stream)('Campaign herbst is paused.', {
      level: 'warn',
      campaign: 'herbst',
    });
    expect(lines.pop()).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      pid: process.pid,
      host: expect.any(String),
      role: 'worker',
      campaign: 'herbst',
      msg: 'Campaign herbst is paused.',
    });
  });

  it('hold no address, neither in the words nor in the fields', () => {
    const log = jsonLog({ level: 'info', role: 'web' }, stream);
    log('550 <kim@kunde.example> unknown', { error: 'kim@kunde.example' });
    expect(lines.pop()).toMatchObject({ msg: '550 <[address]> unknown', error: '[address]' });
  });

  it('leave out what is below the level', () => {
    const before = lines.length;
    jsonLog({ level: 'warn', role: 'web' }, stream)('all is well');
    jsonLog({ level: 'silent', role: 'web' }, stream)('the house is on fire', { level: 'error' });
    expect(lines.length).toBe(before);
  });
});

describe('logs for a terminal', () => {
  it('are the lines alone, by the same rules', () => {
    const said: string[] = [];
    const log = plainLog({ level: 'info' }, (line) => said.push(line));
    log('Kim is kim@kunde.example', { campaign: 'herbst' });
    log('request', { level: 'debug' });
    expect(said).toEqual(['Kim is [address]']);
  });

  it('say the same at most once a minute', () => {
    vi.useFakeTimers();
    const said: string[] = [];
    const log = onceAMinute((line) => said.push(line));
    log('away');
    log('away');
    log('away', { campaign: 'herbst' });
    vi.advanceTimersByTime(60_000);
    log('away');
    vi.useRealTimers();
    expect(said.length).toBe(3);
  });
});
