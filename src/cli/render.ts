import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { campaignContent } from '../campaign/content.ts';
import { getCampaign } from '../ledger/campaigns.ts';
import { mailerOf } from '../worker.ts';
import { composeFor, EVERYTHING } from './find-customer.ts';
import { plain } from './output.ts';
import { type Common, print, withApp } from './session.ts';

interface RenderOptions extends Common {
  customer: string;
  out: string;
  campaign?: string;
}

export async function renderCommand(options: RenderOptions): Promise<void> {
  await withApp(async (app) => {
    const campaign = options.campaign ? await getCampaign(app.db, options.campaign) : EVERYTHING;
    const content = await campaignContent(app.content, campaign);
    const { facts, composition } = await composeFor(app, content, campaign, options.customer);
    const to = facts.customer.email ?? 'nobody@invalid';
    const { rendered, mail } = await mailerOf(app).sample({
      campaignId: campaign.id,
      facts,
      composition,
      content,
      to,
      now: app.now(),
    });
    const dir = resolve(options.out);
    await mkdir(dir, { recursive: true });
    const base = facts.customer.id.replace(/[^A-Za-z0-9._-]/g, '_');
    const files: [string, string | Buffer][] = [
      [join(dir, `${base}.eml`), mail.raw],
      [join(dir, `${base}.html`), rendered.html],
      [join(dir, `${base}.txt`), rendered.text],
    ];
    for (const [file, data] of files) await writeFile(file, data);
    const result = {
      customer: facts.customer.id,
      subject: rendered.subject,
      preheader: rendered.preheader,
      composition,
      files: files.map(([f]) => f),
    };
    print(options, result, () => [`“${plain(rendered.subject, 120)}”`, ...result.files].join('\n'));
  });
}
