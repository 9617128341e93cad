/**
 * What an address was subscribed to in the CRM before it was told of an unsubscribe: what to restore there, should the
 * person take it back. `basis` is the CRM's own word for why it may write.
 */
export type CrmSubscriptions = { id: string; basis: string | null }[];
