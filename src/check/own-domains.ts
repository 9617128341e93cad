import type { MailToCheck } from './mail.ts';

/** The part of a host by which people know it: `www.` says nothing. */
export const bareHost = (host: string): string => host.toLowerCase().replace(/^www\./, '');

/** Hosts of the company itself; what lies below one of them is its own, too. */
export function ownDomains({ company, publicUrl, ownDomains = [] }: MailToCheck): string[] {
  const hosts = [company.website, company.privacyUrl, publicUrl].flatMap((address) =>
    URL.canParse(address) ? [new URL(address).hostname] : [],
  );
  return [...new Set([...hosts, ...ownDomains].map(bareHost))];
}

export const isWithin = (host: string, domains: readonly string[]): boolean =>
  domains.some((domain) => bareHost(host) === domain || bareHost(host).endsWith(`.${domain}`));
