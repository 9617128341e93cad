/** Why something can't be done with an account. Stable codes; each has a sentence in the console's words. */
export type AccountTrouble =
  | 'bad_email'
  | 'bad_name'
  | 'bad_password'
  | 'email_taken'
  | 'name_taken'
  | 'no_account'
  | 'changed_meanwhile'
  | 'own_account'
  | 'last_admin'
  | 'wrong_password';

const SENTENCES: Record<AccountTrouble, string> = {
  bad_email: 'This is no e-mail address that can be used here: plain letters, e.g. kim@orvelin.example.',
  bad_name: 'A name has 1 to 100 characters and does not begin with "API:".',
  bad_password: 'A password has 12 to 200 characters.',
  email_taken: 'There is an account with this address already.',
  name_taken:
    'Somebody here has this name already: the audit log has to tell people apart. Take e.g. a middle initial.',
  no_account: 'There is no open account with this address. `spielbein people list` shows all.',
  changed_meanwhile: 'Somebody else has changed this account a moment ago. Look again, then decide.',
  own_account: 'Nobody changes their own role or closes their own account: somebody else has to.',
  last_admin: 'This is the last admin who can sign in. Make somebody else an admin first.',
  wrong_password: 'This is not the present password.',
};

/** An account can't be made or changed; the message says why, without naming anybody. */
export class AccountError extends Error {
  readonly code: AccountTrouble;
  constructor(code: AccountTrouble) {
    super(SENTENCES[code]);
    this.name = 'AccountError';
    this.code = code;
  }
}
