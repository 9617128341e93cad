/**
 * How an address stood in the CRM before it was told of an unsubscribe: what to restore there, should the person take
 * it back.
 */
export type CrmSubscriptions = {
  /** The kind of mail. */
  id: string;
  /** False: nobody had said anything about this kind. */
  subscribed: boolean;
  /** The CRM's own word for why it may write. */
  basis: string | null;
}[];
