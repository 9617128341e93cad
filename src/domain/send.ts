/** States of a send, one row of the ledger (docs/architecture.md). */
export const SEND_STATES = ['planned', 'queued', 'sending', 'sent', 'failed', 'skipped', 'in_doubt'] as const;
export type SendState = (typeof SEND_STATES)[number];

export const CAMPAIGN_STATES = ['draft', 'planning', 'running', 'paused', 'finished', 'cancelled'] as const;
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
