/**
 * What has an @ between two words, in plain text or in a link (%40): addresses, Message-IDs, and the password of a
 * connection URL. The lengths are limited (RFC 5321, 4.5.3.1), so that a long line costs no more than its length.
 */
const ADDRESS =
  /(?:"[^"\r\n]{1,64}"|[^\s<>"(),:;[\]@]{1,254}?)(?:@|%40)(?:\[[^\]\s]{1,60}\]|[^\s<>"'(),:;[\]@]{1,254})/gi;

/**
 * A safety net for everything that leaves the program for its operators: whatever looks like an e-mail address is
 * masked, e.g. in the words of a mail server. It masks rather too much than too little.
 */
export function maskAddresses(text: string): string {
  return text.includes('@') || text.includes('%40') ? text.replace(ADDRESS, '[address]') : text;
}
