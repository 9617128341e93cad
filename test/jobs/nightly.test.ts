import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';
import { type SmtpStand, smtpStand } from '../stands/smtp.ts';

let database: TestDatabase;
let crm: DemoCrm;
let smtp: SmtpStand;
let env: Record<string, string>;
const home = mkdtempSync(join(tmpdir(), 'spielbein-nightly-'));
chmodSync(home, 0o755);

beforeAll(async () => {
  database = await testDatabase();
  crm = await startDemoCrm({ company: demoCompany({ customers: 300, today: new Date() }) });
  smtp = await smtpStand();
  env = {
    SPIELBEIN_HOME: home,
    DATABASE_URL: database.url,
    HUBSPOT_ACCESS_TOKEN: 'any-token',
    HUBSPOT_BASE_URL: crm.url,
    SMTP_URL: smtp.url,
    MAIL_FROM: 'Orvelin Werke <news@orvelin.test>',
    PUBLIC_URL: 'https://news.orvelin.test',
  };
});
afterAll(async () => {
  await crm.close();
  await smtp.stop();
  rmSync(home, { recursive: true, force: true });
});

const addresses = () => smtp.received.map((m) => m.to[0] ?? '');

describe('the nightly round, from any HubSpot-compatible base URL to the inbox', () => {
  it('started twice at once sends everybody one mail', { timeout: 120_000 }, async () => {
    const rounds = [spielbein(['nightly', '--json'], env), spielbein(['nightly', '--json'], env)];
    const codes = await Promise.all(rounds.map((r) => r.ended));
    expect(codes, rounds.map((r) => r.output()).join('\n')).toEqual([0, 0]);
    expect(addresses().length).toBeGreaterThan(150);
    expect(new Set(addresses()).size).toBe(addresses().length);
  });

  it('started again the same night sends nothing, and says so', { timeout: 60_000 }, async () => {
    const before = addresses().length;
    const again = spielbein(['nightly'], env);
    expect(await again.ended, again.output()).toBe(0);
    expect(again.output()).toContain('had been started already');
    expect(again.output()).toContain('nothing has changed');
    expect(addresses().length).toBe(before);
  });

  it('does not send when the CRM can not be read', { timeout: 60_000 }, async () => {
    const before = addresses().length;
    crm.faults.failNext(1000, 401);
    const failed = spielbein(['nightly'], env);
    expect(await failed.ended).toBe(1);
    crm.faults.clear();
    expect(failed.output()).toMatch(/HUBSPOT_ACCESS_TOKEN|token/i);
    expect(addresses().length).toBe(before);
  });
});
