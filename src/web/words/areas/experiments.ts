/** Experiments: German, and the same in English. */
export const experimentsDe = {
  'nav.experiments': 'Versuche',
};

export const experimentsEn: Record<keyof typeof experimentsDe, string> = {
  'nav.experiments': 'Experiments',
};
