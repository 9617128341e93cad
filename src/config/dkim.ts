import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Secret } from './secret.ts';

/** Signs mails (RFC 6376). */
export interface DkimKey {
  domain: string;
  selector: string;
  /** PEM. */
  privateKey: Secret;
}

/**
 * The DKIM key, read and checked here, so that a wrong file is known before the first mail.
 * @param problems takes what is wrong, each with its variable
 */
export function readDkimKey(
  given: { file: unknown; selector: unknown; domain: unknown; senderDomain: string | null },
  cwd: string,
  problems: string[],
): DkimKey | null {
  const { file, selector, domain, senderDomain } = given;
  if (typeof file !== 'string' || typeof selector !== 'string') {
    if (file) problems.push('DKIM_SELECTOR is missing: with DKIM_KEY_FILE it names the key in DNS.');
    else if (selector || domain) problems.push('DKIM_KEY_FILE is missing: it holds the private key, as PEM.');
    return null;
  }
  try {
    const pem = readFileSync(resolve(cwd, file), 'utf8');
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    // Not all mailbox providers know Ed25519 (RFC 8463) yet, and all know RSA; nodemailer signs with RSA only.
    if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < 1024) {
      problems.push(
        'DKIM_KEY_FILE must hold an RSA key of 1024 bits or more (RFC 8301), e.g. from `openssl genrsa 2048`.',
      );
      return null;
    }
    return {
      domain: typeof domain === 'string' ? domain : (senderDomain ?? 'orvelin.example'),
      selector,
      privateKey: new Secret(pem),
    };
  } catch {
    problems.push(
      `DKIM_KEY_FILE names a file that is no readable private key in PEM form: ${resolve(cwd, file)}.`,
    );
    return null;
  }
}
