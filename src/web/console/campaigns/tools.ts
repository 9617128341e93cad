import type { WebContext } from '../../context.ts';
import type { Memo } from './memo.ts';

/** What the pages of this area share. */
export interface CampaignTools extends WebContext {
  memo: Memo;
}
