import type MimeNode from 'nodemailer/lib/mime-node';
import { encodeText } from './quoted-printable.ts';

/**
 * Writes a tree of parts whose texts are all to be quoted-printable (RFC 2045, 2046), their lines ended by CRLF. nodemailer's own `build` makes
 * the same bytes, but through a chain of streams for each part, and takes twice the time.
 */
export function writeMime(root: MimeNode): Buffer {
  const message = written(root);
  return Buffer.from(message.endsWith('\r\n') ? message : `${message}\r\n`);
}

function written(node: MimeNode): string {
  // Builds the boundary too.
  const head = `${node.buildHeaders()}\r\n\r\n`;
  if (!node.multipart) {
    const text = typeof node.content === 'string' ? node.content : '';
    return head + encodeText(text);
  }
  const parts = node.childNodes.map((child) => `--${node.boundary}\r\n${written(child)}\r\n`);
  return `${head}${parts.join('')}--${node.boundary}--\r\n`;
}
