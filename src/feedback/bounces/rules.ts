/** A rule fits when its status fits and one of its phrases is said; what it does not name fits always. */
export interface Rule {
  why: string;
  kind: 'hard_bounce' | 'soft_bounce';
  /** Enhanced status codes (RFC 3463); an unknown status is the empty text. */
  status?: RegExp;
  /** As servers really write. Tried without the names of hosts and addresses. */
  says?: readonly RegExp[];
}

/**
 * What refusals mean for the address; the first rule that fits decides.
 *
 * - What a server says about us comes first, whatever its code: some give a blocked sender the code of an unknown
 *   user, and an address must not be lost because we had a bad day.
 * - In doubt an address lives. Wrongly written off it is gone for good; wrongly kept, it is written off a few mails
 *   later (`delivery.softBounces` in the library's settings).
 */
export const RULES: readonly Rule[] = [
  {
    why: 'it is about us: our reputation, our rate, our content',
    kind: 'soft_bounce',
    says: [
      /spamhaus|spamcop|barracuda|block ?list|black ?list|deny ?list|\brbl\b|dnsbl|\bblocked\b|\bbanned\b/i,
      /reputation|\bspam\b|spammy|unsolicited|junk mail|\bbulk\b|phish|\bvirus|malware|content (?:rejected|denied)/i,
      /\bdmarc\b|\bspf\b|\bdkim\b|reverse dns|\bptr\b|not authenticated|unauthenticated/i,
      /rate limit|throttl|too many (?:messages|connections|recipients|errors|invalid)|low volume/i,
      /sender (?:address )?(?:rejected|denied|blocked|not allowed)|sender verif/i,
    ],
  },
  {
    why: 'the mailbox is full',
    kind: 'soft_bounce',
    says: [
      /(?:mailbox|inbox|account|quota|storage)[^.]{0,40}\b(?:is full|full\b|exceeded|exhausted)/i,
      /over ?quota|quota ?exceed|exceeded (?:his |their |its |the )?(?:storage|quota)|not enough (?:disk )?space/i,
      /insufficient (?:system |disk )?(?:storage|space)|postfach (?:ist )?voll/i,
    ],
  },
  { why: 'not for good, as the server itself says', kind: 'soft_bounce', status: /^4\./ },
  { why: 'the sender’s address is at fault', kind: 'soft_bounce', status: /^5\.1\.[78]$/ },
  {
    why: 'no such mailbox or domain, not an address, moved away, takes no mail (RFC 7505)',
    kind: 'hard_bounce',
    status: /^5\.1\.(?:1|2|3|6|10)$/,
  },
  { why: 'the mailbox is closed', kind: 'hard_bounce', status: /^5\.2\.1$/ },
  { why: 'the domain has no mail server', kind: 'hard_bounce', status: /^5\.4\.4$/ },
  {
    why: 'unknown in the directory: Exchange Online says so under a code of its own',
    kind: 'hard_bounce',
    status: /^5\.4\.1$/,
    says: [/recipient address rejected: access denied/i],
  },
  {
    why: 'too large, or not to be had in this form',
    kind: 'soft_bounce',
    status: /^5\.(?:2\.[234]|3\.4|6\.\d+)$/,
  },
  {
    why: 'there is no such recipient, in words',
    kind: 'hard_bounce',
    status: /^(?:5\.|$)/,
    says: [
      /\b(?:unknown|invalid|no such|non-?existent|unrouteable|unroutable|inactive|disabled) (?:local |virtual |email )?(?:user|recipient|mailbox|account|address|alias|person)/i,
      /\b(?:user|recipient|mailbox|account|address|alias)\b[^.]{0,40}\b(?:unknown|unavailable|invalid|disabled|inactive|deactivated|suspended|closed)\b/i,
      /\b(?:user|recipient|mailbox|account|address|alias)\b[^.]{0,40}\b(?:does ?n[o'’]t exist|does not exist|not (?:be )?found|not known|no longer)/i,
      /\bno mailbox (?:here )?by that name|does ?n[o'’]t have an? [^.]{0,30}account|not (?:our|a local) (?:customer|user|recipient)/i,
      /recip(?:ient)?notfound|empf(?:ä|ae)nger (?:unbekannt|existiert nicht)|unbekannter empf(?:ä|ae)nger/i,
      /\b(?:host|domain)\b[^.]{0,40}\b(?:not found|does not exist)|nxdomain/i,
    ],
  },
  { why: 'anything else: not this time', kind: 'soft_bounce' },
];
