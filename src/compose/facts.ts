import type { RatioAccount } from '../domain/composition.ts';
import type { Answer, Preferences } from '../domain/conversation.ts';
import type { Customer, OwnedProduct } from '../domain/customer.ts';

/** Everything a decision about one customer rests on, as it is at this moment. */
export interface CustomerFacts {
  customer: Customer;
  /** No longer in the CRM. */
  archived: boolean;
  /** The address must never be written to again. */
  suppressed: boolean;
  /** Another customer has the same address and is the one written to. */
  duplicate: boolean;
  owned: OwnedProduct[];
  /** How often each development or offer was shown to this customer. */
  shown: ReadonlyMap<string, number>;
  /** The customer's latest answer to each development or offer. */
  answers: ReadonlyMap<string, Answer>;
  /** Until when a development or offer is to rest, because the customer asked for it: ISO 8601 dates. */
  notBefore: ReadonlyMap<string, string>;
  preferences: Preferences;
  account: RatioAccount;
  /** When mails went to this address lately, of all campaigns, oldest first. */
  recentMails: Date[];
  /** A mail to this address is on its way right now. */
  inFlight: boolean;
  /**
   * Mails that were left out because this customer is in the holdout: what would have been shown, and when. For as
   * long as that is so, decisions count them like mails, so that both groups are chosen from in the same way.
   */
  heldOut: {
    shown: ReadonlyMap<string, number>;
    mails: Date[];
    /** The innovation account as it would be after them; null: there was none yet. */
    account: RatioAccount | null;
  };
}
