/** The first page: the four ideas: German, and the same in English. */
export const homeDe = {};

export const homeEn: Record<keyof typeof homeDe, string> = {};
