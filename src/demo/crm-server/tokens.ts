import { randomBytes } from 'node:crypto';
import { CrmError, unauthorized } from './errors.ts';

export type Scopes = readonly string[] | 'all';
/** Which tokens the account knows, and what each may do. */
export type TokenSettings = Readonly<Record<string, { scopes?: Scopes }>>;

interface Grant {
  scopes: ReadonlySet<string> | 'all';
  /** Epoch ms; null for service keys and private apps, whose tokens live on. */
  expiresAt: number | null;
}

/** Seconds that a token got by OAuth lives. */
export const LIFETIME = 1800;

/** Who may come in: tokens of the settings, and those given out by OAuth. Without settings every token may everything. */
export class Tokens {
  private readonly known: Map<string, Grant> | undefined;
  private readonly issued = new Map<string, Grant>();
  private readonly refreshing = new Map<string, Scopes>();
  /** The account’s clock, epoch ms. */
  readonly now: () => number;

  constructor(settings: TokenSettings | undefined, now: () => number) {
    this.now = now;
    if (!settings) return;
    this.known = new Map();
    for (const [token, { scopes }] of Object.entries(settings)) this.known.set(token, grant(scopes, null));
  }

  /**
   * What the bearer of an `Authorization` header may do.
   * @throws CrmError 401 for none, an unknown or an expired token
   */
  bearer(header: string | undefined): Grant {
    const token = /^Bearer (\S+)$/.exec(header ?? '')?.[1];
    if (token === undefined) throw unauthorized('Send an access token: "Authorization: Bearer …".');
    const found = this.find(token);
    if (!found) throw unauthorized('The access token is unknown here, or was revoked.');
    const late = found.expiresAt === null ? 0 : this.now() - found.expiresAt;
    if (late > 0) {
      const message = `The OAuth token used to make this call expired ${Math.ceil(late / 1000)} second(s) ago.`;
      const expireTime = new Date(this.now() - late).toISOString();
      throw new CrmError(401, 'EXPIRED_AUTHENTICATION', message, {
        context: { 'expire time': [expireTime] },
      });
    }
    return found;
  }

  /** A token's grant, expired ones too; undefined for a token nobody was given. */
  find(token: string): Grant | undefined {
    return this.issued.get(token) ?? (this.known ? this.known.get(token) : grant('all', null));
  }

  /** A fresh access token and the refresh token that brings the next one. */
  issue(scopes: Scopes, refreshToken = `refresh-${randomBytes(12).toString('hex')}`) {
    const accessToken = `access-${randomBytes(12).toString('hex')}`;
    this.issued.set(accessToken, grant(scopes, this.now() + LIFETIME * 1000));
    this.refreshing.set(refreshToken, scopes);
    return { accessToken, refreshToken };
  }

  /** The scopes that a refresh token stands for. */
  scopesOf(refreshToken: string): Scopes | undefined {
    return this.refreshing.get(refreshToken);
  }

  revoke(refreshToken: string): void {
    this.refreshing.delete(refreshToken);
  }
}

function grant(scopes: Scopes = 'all', expiresAt: number | null): Grant {
  return { scopes: scopes === 'all' ? 'all' : new Set(scopes), expiresAt };
}
