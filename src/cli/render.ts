import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { campaignContent } from '../campaign/content.ts';
import { checkMail } from '../check/checks.ts';
import { linkedPages } from '../check/linked-pages.ts';
import { findingSentence } from '../check/sentence.ts';
import { getCampaign } from '../ledger/campaigns.ts';
import { headersOf } from '../studio/head.ts';
import { mailerOf } from '../worker.ts';
import { FAILED, UsageError } from './exit.ts';
import { composeFor, EVERYTHING } from './find-customer.ts';
import { findingLines } from './mail-findings.ts';
import { plain } from './output.ts';
import { type Common, print, withApp } from './session.ts';

interface RenderOptions extends Common {
  customer: string;
  out?: string;
  campaign?: string;
  check?: boolean;
}

/** Writes one mail into files, checks it, or both. Exits with 1 if something in it must not go out. */
export async function renderCommand(options: RenderOptions): Promise<void> {
  if (options.out === undefined && !options.check)
    throw new UsageError(
      'Say where the files go with --out DIR, or what is wrong with the mail with --check.',
    );
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
    const files =
      options.out === undefined ? [] : await writeMail(options.out, facts.customer.id, rendered, mail.raw);
    const findings = options.check
      ? checkMail({
          // as customers get it: without the mark of a test
          ...content.renderer.render({
            sendId: 0,
            campaignId: campaign.id,
            ...facts,
            composition,
            links: app.links,
          }),
          language: composition.language,
          company: content.library.settings.company,
          publicUrl: app.config.publicUrl,
          targets: linkedPages(composition, content.library),
          headers: Object.fromEntries(headersOf(mail.raw).map(({ name, value }) => [name, value])),
        })
      : null;
    const { subject, preheader } = rendered;
    const result = {
      customer: facts.customer.id,
      subject,
      preheader,
      composition,
      files,
      ...(findings && { findings: findings.map((one) => ({ ...one, ...findingSentence(one, 'en') })) }),
    };
    print(options, result, () =>
      [`“${plain(subject, 120)}”`, ...files, ...(findings ? findingLines(findings) : [])].join('\n'),
    );
    if (findings?.some(({ severity }) => severity === 'error')) process.exitCode = FAILED;
  });
}

/** As .eml, .html and .txt. @returns the files */
async function writeMail(
  out: string,
  customerId: string,
  { html, text }: { html: string; text: string },
  raw: Buffer | string,
): Promise<string[]> {
  const dir = resolve(out);
  await mkdir(dir, { recursive: true });
  const base = customerId.replace(/[^A-Za-z0-9._-]/g, '_');
  const files: [string, string | Buffer][] = [
    [join(dir, `${base}.eml`), raw],
    [join(dir, `${base}.html`), html],
    [join(dir, `${base}.txt`), text],
  ];
  for (const [file, data] of files) await writeFile(file, data);
  return files.map(([file]) => file);
}
