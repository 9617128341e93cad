/** Content files: German, and the same in English. */
export const libraryDe = {
  'nav.library': 'Inhalte',
};

export const libraryEn: Record<keyof typeof libraryDe, string> = {
  'nav.library': 'Content',
};
