import type { Finding } from './finding.ts';
import type { MailToCheck } from './mail.ts';

/** Gmail shows this much of a mail's HTML and hides the rest behind a link, the unsubscribe link with it. */
const CLIPPED_AT = 102 * 1024;
/** From here on there is little room for longer names and addresses. */
const NEAR = 90 * 1024;

/**
 * Characters of HTML beyond which nobody asks for details: a mail so large is clipped long before its end, and the
 * slow checks (contrast, validity, clients) leave it alone.
 */
export const TOO_LARGE = 256 * 1024;

/** Size of the HTML as sent, in bytes of UTF-8. */
export function checkSize({ html }: Pick<MailToCheck, 'html'>): Finding[] {
  const bytes = Buffer.byteLength(html);
  if (bytes <= NEAR) return [];
  const clipped = bytes > CLIPPED_AT;
  return [
    {
      code: clipped ? 'size_clipped' : 'size_near',
      severity: clipped ? 'error' : 'warning',
      where: { part: 'html' },
      values: { size: Math.ceil(bytes / 1024) },
    },
  ];
}
