import { resolveMx } from 'node:dns/promises';
import type { Config } from '../config.ts';
import { checkMailbox } from '../feedback/bounces/imap.ts';
import { type Finding, message, note, ok, wrong } from './finding.ts';

/** Whether bounces find their way back: to the address, and out of its mailbox. */
export async function bounces(config: Config): Promise<Finding[]> {
  const { bounceAddress, bounceImapUrl } = config;
  const findings: Finding[] = [];
  if (bounceAddress) findings.push(await bounceDomain(bounceAddress));
  if (bounceImapUrl) {
    try {
      const { folder, unread } = await checkMailbox(bounceImapUrl);
      findings.push(ok('BOUNCE_IMAP_URL', `lets us into ${folder}, ${unread} unread`));
    } catch (error) {
      findings.push(wrong('BOUNCE_IMAP_URL', message(error)));
    }
  }
  return findings;
}

async function bounceDomain(address: string): Promise<Finding> {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  try {
    await resolveMx(domain);
    return ok('BOUNCE_ADDRESS', `${domain} takes mail; its server must accept addresses with a +`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENODATA' || code === 'ENOTFOUND'
      ? wrong('BOUNCE_ADDRESS', `${domain} has no MX record: bounces would be lost.`)
      : note('BOUNCE_ADDRESS', `${domain} could not be looked up (${code ?? message(error)}).`);
  }
}
