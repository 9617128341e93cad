/**
 * What came back about a mail, whatever brought it: a bounce read from a mailbox, or a provider's webhook. The
 * readers make these from what they get; `mail-events.ts` writes them down and acts on them.
 */
export interface MailReport {
  /** `hard_bounce`: never again. `soft_bounce`: not this time. `complaint`: the recipient pressed "spam". */
  kind: 'hard_bounce' | 'soft_bounce' | 'complaint';
  /** Whom it is about, as the report says; null when it says nothing and only the send is known. */
  address: string | null;
  /** The send it is about; null when the report does not tell. */
  sendId: number | null;
  /** Enhanced status code (RFC 3463), e.g. `5.1.1`. */
  status: string | null;
  /** What the far server said, for people; at most 500 characters. */
  detail: string;
  source: 'smtp' | 'dsn' | 'arf' | 'ses' | 'mailgun' | 'postmark';
  occurredAt: Date;
  /** The same report delivered twice has the same key and counts once. */
  dedupeKey: string;
}
