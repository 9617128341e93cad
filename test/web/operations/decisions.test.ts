import { expect, test } from 'vitest';
import { settingsFile } from '../../../src/library/schema.ts';
import { actView } from '../../../src/web/console/operations/act-view.ts';
import { attentionOf } from '../../../src/web/console/operations/attention.ts';
import { placesIn, queueAct } from '../../../src/web/console/operations/board-acts.ts';
import { given, nameOf, SETTING_FIELDS, shown } from '../../../src/web/console/operations/settings-fields.ts';
import type { Standing } from '../../../src/web/console/operations/standing.ts';
import { words } from '../../../src/web/words/words.ts';

const now = new Date('2026-10-12T09:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const well: Standing = {
  at: now,
  workers: [{ number: 1, since: ago(60) }],
  queues: [{ queue: 'deliver', jobs: {}, oldestSeconds: 0, paused: false }],
  queuesAway: false,
  syncs: [
    { source: 'hubspot', mode: 'full', startedAt: ago(10), finishedAt: ago(9), error: null, wellAt: ago(9) },
  ],
  objects: [],
  webhooks: { waiting: 1, oldest: ago(1), handledToday: 3, lastAt: ago(1) },
  budget: { daily: 1000, left: 500, toldAt: ago(1) },
  crmPausedUntil: null,
  inDoubt: 0,
  unreadReports: 0,
  backedOff: 0,
  running: 1,
  postgres: '18.4',
  migration: '0001',
};
const codes = (standing: Standing, contentBroken = false) =>
  attentionOf(standing, { now, contentBroken }).map(({ code }) => code);

test('an installation that is well needs nobody', () => {
  expect(codes(well)).toEqual([]);
  expect(codes({ ...well, workers: [], running: 0 })).toEqual([]);
});

test('what needs a person is said, and has a sentence in both languages', () => {
  const [sync] = well.syncs;
  const ill: Standing = {
    ...well,
    workers: [],
    queues: [{ queue: 'deliver', jobs: {}, oldestSeconds: 0, paused: true }],
    queuesAway: true,
    syncs: sync
      ? [
          { ...sync, error: 'no' },
          { ...sync, wellAt: ago(27 * 60) },
        ]
      : [],
    webhooks: { ...well.webhooks, oldest: ago(11) },
    budget: { daily: 1000, left: 49, toldAt: null },
    crmPausedUntil: ago(-1),
    inDoubt: 2,
    unreadReports: 1,
    backedOff: 1,
  };
  const found = attentionOf(ill, { now, contentBroken: true });
  expect(new Set(found.map(({ code }) => code)).size).toBe(12);
  for (const { code, count } of found)
    for (const language of ['de', 'en'] as const) {
      expect(words(language)).toHaveProperty([`operations.needs.${code}`]);
      if (count !== undefined) expect(words(language)).toHaveProperty([`operations.needs.${code}_one`]);
    }
});

test('settings are shown as people write them, and written as the file has them', () => {
  const settings = settingsFile.partial().parse({
    rules: { defaultRatio: 0.07 },
    nightly: { cron: '5 4 * * *' },
  }) as Parameters<typeof shown>[1];
  const field = (name: string) =>
    SETTING_FIELDS.find((each) => nameOf(each) === name) as (typeof SETTING_FIELDS)[number];
  expect(shown(field('rules.defaultRatio'), settings)).toBe('7');
  expect(given(field('rules.defaultRatio'), '7,5')).toBe(0.075);
  expect(shown(field('nightly.cron'), settings)).toBe('04:05');
  expect(given(field('nightly.cron'), '23:59')).toBe('59 23 * * *');
  expect(
    shown(field('nightly.cron'), { ...settings, nightly: { ...settings.nightly, cron: '0 3 * * 1' } }),
  ).toBeNull();
  for (const [name, text] of [
    ['rules.maxBlocks', '2.5'],
    ['rules.maxBlocks', '-1'],
    ['rules.defaultRatio', '101'],
    ['rules.defaultRatio', '1e1'],
    ['learning.on', 'true'],
    ['campaigns.approval', '__proto__'],
    ['nightly.cron', '24:00'],
  ] as const)
    expect([name, given(field(name), text)]).toEqual([name, null]);
  for (const each of SETTING_FIELDS)
    for (const key of ['', '.hint'])
      expect(words('de')).toHaveProperty([`operations.setting.${nameOf(each)}${key}`]);
});

test('the board’s addresses are matched part by part, so that a job’s id stays one', () => {
  const route = '/api/queues/:queueName/:jobId/retry';
  expect(placesIn(route, '/api/queues/deliver/a%2Fb/retry')).toEqual({ queueName: 'deliver', jobId: 'a/b' });
  expect(placesIn(route, '/api/queues/deliver/a/b/retry')).toBeNull();
  expect(placesIn(route, '/api/queues/deliver/%E0/retry')).toBeNull();
  expect(placesIn(route, '/api/queues//1/retry')).toBeNull();
  expect(queueAct(route)).toBe('retry');
  expect(queueAct('/api/queues/:queueName/obliterate')).toBeNull();
  expect(queueAct('constructor')).toBeNull();
});

test('entries of the audit log lead to what they are about', () => {
  const link = (action: Parameters<typeof actView>[0]['action'], subject: string | null) =>
    actView({ id: 1, at: now, who: 'Kim', accountId: null, action, subject, detail: {} }).link;
  expect(link('campaign_started', 'a b')).toBe('campaigns/a%20b');
  expect(link('content_saved', 'library/pictures/logo.png')).toBe('library/pictures/logo.png');
  expect(link('content_saved', 'templates/mail/partials/frame.mjml')).toBe('library/mail/frame.mjml');
  expect(link('content_saved', 'library/../secret')).toBeNull();
  expect(link('customer_erased', 'k1')).toBeNull();
  expect(link('signed_in', null)).toBeNull();
});
