import { createPublicKey, type KeyObject, sign } from 'node:crypto';

/** A certificate for a key's public half, signed by itself (RFC 5280 in its shortest form), as PEM. */
export function selfSigned(privateKey: KeyObject): string {
  const sha256WithRsa = sequence(Buffer.from('06092a864886f70d01010b', 'hex'), Buffer.from('0500', 'hex'));
  const nobody = sequence();
  const validity = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z')));
  const key = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const toSign = sequence(der(0x02, Buffer.from([1])), sha256WithRsa, nobody, validity, nobody, key);
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', toSign, privateKey)]));
  const base64 = sequence(toSign, sha256WithRsa, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

const sequence = (...parts: Buffer[]) => der(0x30, Buffer.concat(parts));

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
