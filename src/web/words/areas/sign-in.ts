/** Signing in, and people with accounts: German, and the same in English. */
export const signInDe = {
  'refused.role': 'Dafür reicht Ihre Rolle nicht. Wer die Konsole verwaltet, kann sie ändern.',
};

export const signInEn: Record<keyof typeof signInDe, string> = {
  'refused.role': 'Your role does not allow this. Whoever looks after the console can change it.',
};
