/** States of a send, one row of the ledger (docs/architecture.md). */
export const SEND_STATES = ['planned', 'queued', 'sending', 'sent', 'failed', 'skipped', 'in_doubt'] as const;
export type SendState = (typeof SEND_STATES)[number];

export const CAMPAIGN_STATES = [
  'draft',
  'scheduled',
  'planning',
  'running',
  'paused',
  'finished',
  'cancelled',
] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** What a campaign is about and for whom; everything empty means: everyone, everything new. */
export interface CampaignAudience {
  /** Library product keys: only owners of one of these, and only developments about these. */
  products?: string[] | undefined;
  /** Product families, likewise. */
  families?: string[] | undefined;
  /** Development ids: only these are told. */
  developments?: string[] | undefined;
}

/**
 * What becomes of a send of which nobody knows whether the server took it: `hold` keeps it for a person; `resend`
 * sends it again, with the same Message-ID, at the risk of a doubled mail.
 */
export const IN_DOUBT_POLICIES = ['hold', 'resend'] as const;
export type InDoubtPolicy = (typeof IN_DOUBT_POLICIES)[number];

/** Why an address must never be written to again. */
export const SUPPRESSION_REASONS = ['unsubscribed', 'bounced', 'complained', 'manual', 'erased'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** What may come back about a mail. */
export const MAIL_EVENT_KINDS = ['hard_bounce', 'soft_bounce', 'complaint', 'unsubscribe'] as const;
export type MailEventKind = (typeof MAIL_EVENT_KINDS)[number];
