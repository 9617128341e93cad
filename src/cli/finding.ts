/** One thing the doctor looked at. */
export interface Finding {
  about: string;
  status: 'ok' | 'note' | 'wrong';
  /** In plain words; what to do when it is not ok. Never a secret. */
  says: string;
}

export const ok = (about: string, says: string): Finding => ({ about, status: 'ok', says });
export const note = (about: string, says: string): Finding => ({ about, status: 'note', says });
export const wrong = (about: string, says: string): Finding => ({ about, status: 'wrong', says });

/** What an error says, for a finding. */
export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
