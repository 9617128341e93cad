/** The studio: German, and the same in English. */
export const studioDe = {
  'nav.studio': 'Studio',
};

export const studioEn: Record<keyof typeof studioDe, string> = {
  'nav.studio': 'Studio',
};
