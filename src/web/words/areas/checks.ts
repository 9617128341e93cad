/** What checks of a mail say: German, and the same in English. */
export const checksDe = {};

export const checksEn: Record<keyof typeof checksDe, string> = {};
