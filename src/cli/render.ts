import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import nodemailer from 'nodemailer';
import { createMailer } from '../deliver/mailer.ts';
import { getCampaign } from '../ledger/campaigns.ts';
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
    const content = await app.content.current();
    const campaign = options.campaign ? await getCampaign(app.db, options.campaign) : EVERYTHING;
    const { facts, composition } = await composeFor(app, content, campaign, options.customer);
    const { mailFrom: from, mailReplyTo: replyTo } = app.config;
    const mailer = createMailer({ from, replyTo, links: app.links, randomKey: app.randomKey });
    const to = facts.customer.email ?? 'nobody@invalid';
    const { mail, message } = mailer.sample({
      campaignId: campaign.id,
      facts,
      composition,
      content,
      to,
      now: app.now(),
    });
    const eml = await nodemailer.createTransport({ streamTransport: true, buffer: true }).sendMail(message);
    const dir = resolve(options.out);
    await mkdir(dir, { recursive: true });
    const base = facts.customer.id.replace(/[^A-Za-z0-9._-]/g, '_');
    const files: [string, string | Buffer][] = [
      [join(dir, `${base}.eml`), eml.message as Buffer],
      [join(dir, `${base}.html`), mail.html],
      [join(dir, `${base}.txt`), mail.text],
    ];
    for (const [file, data] of files) await writeFile(file, data);
    const result = {
      customer: facts.customer.id,
      subject: mail.subject,
      preheader: mail.preheader,
      composition,
      files: files.map(([f]) => f),
    };
    print(options, result, () => [`“${plain(mail.subject, 120)}”`, ...result.files].join('\n'));
  });
}
