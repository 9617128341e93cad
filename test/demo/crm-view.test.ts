import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';

const company = demoCompany({ customers: 20, today: new Date('2026-12-01') });
let crm: DemoCrm;
beforeAll(async () => {
  crm = await startDemoCrm({ company, tokens: { secret: { scopes: 'all' } } });
});
afterAll(() => crm.close());

const [first = '', second = ''] = [...company.ids('contacts')].map(String);
const get = async (path: string) => {
  const response = await fetch(`${crm.url}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
};
/** A note as somebody with a token could write it. */
function note(contact: string, body: string): void {
  const { id } = crm.store.create('notes', { hs_timestamp: '2026-12-01T09:00:00Z', hs_note_body: body });
  crm.store.edges.link('notes', id, 'contacts', Number(contact));
}

describe('the demo CRM in a browser', () => {
  it('shows what the conversation left on contacts, the latest first, and finds people by name', async () => {
    expect((await get('/')).text).toContain('Noch hat kein Kunde geantwortet.');
    note(first, '<p>Antwort: <strong>Ja, bitte</strong> &amp; mehr</p>');
    crm.updateContact(second, { spielbein_last_answer: 'Rufen Sie mich an – „X“' });
    const { text } = await get('/');
    expect(text).toContain('1 Notiz');
    expect(text).toContain('Rufen Sie mich an – „X“');
    expect(text.indexOf(`/contacts/${second}`)).toBeLessThan(text.indexOf(`/contacts/${first}`));
    const { lastname } = crm.store.read('contacts', Number(second))?.properties ?? {};
    const found = await get(`/?q=${encodeURIComponent(String(lastname).toUpperCase())}`);
    expect(found.text).toContain(`/contacts/${second}`);
    expect((await get('/?q=niemandheißtso')).text).toContain('Kein Kontakt heißt so.');
  });

  it('shows one contact with its notes, tasks, owner and properties, needs no token and counts no request', async () => {
    const before = new Map(crm.requests);
    const { id } = crm.store.create('tasks', {
      hs_timestamp: '2026-12-02T08:00:00Z',
      hs_task_subject: 'Rückruf gewünscht',
      hubspot_owner_id: company.owners[0]?.id ?? '',
    });
    crm.store.edges.link('tasks', id, 'contacts', Number(first));
    const { status, text } = await get(`/contacts/${first}`);
    expect(status).toBe(200);
    expect(text).toContain('<p>Antwort: <strong>Ja, bitte</strong> &amp; mehr</p>');
    expect(text).toContain(`Aufgabe, fällig 02.12.2026, 09:00, für ${company.owners[0]?.firstName}`);
    expect(text).toContain('<dt>lastname</dt>');
    expect(new Map(crm.requests)).toEqual(before);
    expect((await get('/contacts/1')).status).toBe(404);
    expect((await get('/contacts/x')).status).toBe(404);
    expect((await fetch(`${crm.url}/crm/v3/objects/contacts`)).status).toBe(401);
  });

  it('lets no markup through that somebody wrote into a note or a name', async () => {
    note(first, '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>');
    note(first, '<a href="https://a.example/b" onclick="x">y</a><p onclick=x>z</p>&lt;script&gt;');
    crm.updateContact(first, {
      lastname: '<script>alert(2)</script>',
      spielbein_brief: 'javascript:alert(3)',
    });
    for (const path of ['/', `/contacts/${first}`, '/?q=%3Cscript%3Ealert(4)%3C/script%3E']) {
      const { text, headers } = await get(path);
      expect(text).not.toMatch(/<script|<img|<a href="javascript|<[^>]*\bon(click|error)=/i);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it.skipIf(!chromiumAvailable())('fits a phone', async () => {
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 320, height: 800 } });
    for (const path of ['/', `/contacts/${first}`]) {
      await page.goto(`${crm.url}${path}`);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBe(0);
      if (process.env.SHOTS)
        await page.screenshot({ path: `/tmp/view-${path === '/' ? 'list' : 'one'}.png` });
    }
    await browser.close();
  });
});
