import { domainToASCII, domainToUnicode } from 'node:url';

/**
 * The ways in which one address can be written, trimmed and lower-cased, the given one first: a domain with an umlaut
 * is `müller.example` to people and `xn--mller-kva.example` to mail servers (RFC 5891), and a CRM may know either.
 */
export function addressForms(address: string): [string, ...string[]] {
  const key = address.trim().toLowerCase();
  const at = key.lastIndexOf('@') + 1;
  const domain = key.slice(at);
  if (at === 0 || !/[^\p{ASCII}]|(?:^|\.)xn--/u.test(domain)) return [key];
  const written = [domainToASCII(domain), domainToUnicode(domain)].filter(
    (each) => each !== '' && each !== domain,
  );
  return [key, ...written.map((each) => key.slice(0, at) + each)];
}
