/**
 * What has an @ between two words, in plain text, full-width, in a link (%40) or in a mail server's notation (+40,
 * RFC 3461, 4): addresses and Message-IDs. White space before the @ hides nothing. The lengths are limited (RFC 5321,
 * 4.5.3.1), so that a long line costs no more than its length.
 */
const ADDRESS =
  /(?:"[^"\r\n]{1,64}"|[^\s<>"(),:;[\]@]{1,254}?)(?:\s{0,3}[@＠]|%40|\+40)(?:\[[^\]\s]{1,60}\]|[^\s<>"'(),:;[\]@＠]{1,254})/gi;

/** Name and password of a connection URL, up to the last @: a password may have others, and any character else. */
const CREDENTIALS = /:\/\/\S{1,500}[@＠](?:\[[^\]\s]{1,60}\]|[^\s<>"'(),:;[\]@＠]{0,254})/g;

/**
 * A safety net for everything that leaves the program for its operators: whatever looks like an e-mail address is
 * masked, e.g. in the words of a mail server, and so is who signs in where. It masks rather too much than too little.
 */
export function maskAddresses(text: string): string {
  if (!/[@＠]|%40|\+40/.test(text)) return text;
  return text.replace(CREDENTIALS, '://[address]').replace(ADDRESS, '[address]');
}
