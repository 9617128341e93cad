/** Customers: German, and the same in English. */
export const customersDe = {};

export const customersEn: Record<keyof typeof customersDe, string> = {};
