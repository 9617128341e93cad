import { createPublicKey, type KeyObject } from 'node:crypto';
import { resolveTxt } from 'node:dns/promises';
import { domainToASCII } from 'node:url';
import type { Config } from '../config.ts';
import { type Finding, message, note, ok, wrong } from './finding.ts';

/**
 * Whether receivers can verify what we sign: DNS has the public half of our key, and the signing domain is the
 * sender's, which DMARC asks for.
 *
 * @param lookUp TXT records of a name, as `dns.resolveTxt`
 */
export async function dkim(
  config: Pick<Config, 'dkim' | 'mailFrom'>,
  lookUp: (name: string) => Promise<string[][]> = resolveTxt,
): Promise<Finding[]> {
  if (!config.dkim) return [];
  const { domain, selector, privateKey } = config.dkim;
  const publicKey = createPublicKey(privateKey.reveal());
  const name = `${selector}._domainkey.${domainToASCII(domain)}`;
  return [
    ...alignment(domain, config.mailFrom.address),
    ...strength(publicKey),
    await lookUp(name).then(
      (records) => keyInDns(name, records, publicKey),
      (error: NodeJS.ErrnoException) =>
        error.code === 'ENODATA' || error.code === 'ENOTFOUND'
          ? keyInDns(name, [], publicKey)
          : note(name, `could not be looked up (${error.code ?? message(error)}).`),
    ),
  ];
}

/** Compares what DNS has under the key's name (RFC 6376, 3.6.1) with the key. Pure. */
function keyInDns(name: string, records: string[][], ours: KeyObject): Finding {
  const found = records.map((pieces) => tags(pieces.join(''))).filter((record) => record.has('p'));
  const wanted = `v=DKIM1; k=rsa; p=${ours.export({ type: 'spki', format: 'der' }).toString('base64')}`;
  const [record] = found;
  if (!record) return wrong(name, `has no key: nobody can verify our signatures. Add a TXT record ${wanted}`);
  if (found.length > 1)
    return wrong(name, 'has several keys: receivers may take any. Leave one TXT record there.');
  const published = record.get('p') ?? '';
  if (published === '') return wrong(name, 'says that the key is revoked. Use a new key and a new selector.');
  if (!sameKey(published, ours))
    return wrong(
      name,
      `has another key than DKIM_KEY_FILE: every signature fails. Its TXT record should be ${wanted}`,
    );
  if (record.get('t')?.split(':').includes('y'))
    return note(name, 'has our key in test mode (t=y): receivers treat mails as if they were not signed.');
  return ok(name, 'DKIM: the key in DNS is ours');
}

/** `k=rsa; p=MII…` as a map; white space in values means nothing. */
function tags(record: string): Map<string, string> {
  const pairs = record.split(';').map((tag) => {
    const [key = '', ...value] = tag.split('=');
    return [key.trim(), value.join('=').replace(/\s+/g, '')] as const;
  });
  return new Map(pairs);
}

/** Keys are published as SubjectPublicKeyInfo by all, and as bare RSAPublicKey by the letter of RFC 6376. */
function sameKey(base64: string, ours: KeyObject): boolean {
  const key = Buffer.from(base64, 'base64');
  return (['spki', 'pkcs1'] as const).some((type) => ours.export({ type, format: 'der' }).equals(key));
}

function strength(key: KeyObject): Finding[] {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits >= 2048
    ? []
    : [note('DKIM_KEY_FILE', `has ${bits} bits: 2048 are today’s measure (\`openssl genrsa 2048\`).`)];
}

/** DMARC compares organisational domains; where the last two labels differ, these differ too. */
function alignment(domain: string, from: string): Finding[] {
  const organisation = (name: string) => domainToASCII(name).split('.').slice(-2).join('.');
  const sender = from.slice(from.lastIndexOf('@') + 1);
  return organisation(domain) === organisation(sender)
    ? []
    : [
        wrong(
          'DKIM_DOMAIN',
          `is ${domain}, while mails come from ${sender}: for DMARC such a signature does not count.`,
        ),
      ];
}
