import type { Outcome } from './outcome.ts';
import { openPool, type Turn } from './smtp/pool.ts';
import { smtpServer } from './smtp/server.ts';
import type { Mail, ObservePhase } from './smtp/session.ts';

/** What the deliver stage needs of mail servers. Declared here, by who uses it. */
export interface MailTransport {
  /** Never throws: what happened is the outcome. */
  send(mail: Mail, turn?: Turn): Promise<Outcome>;
  /** Ends what is on its way at once: mails that had not begun to flow come back as not sent. */
  abort(): void;
  close(): Promise<void>;
}

/** A server that could not be reached is passed over for this long, in milliseconds, while there is another one. */
const REST = 30_000;

/** A mail outside the ledger (a test, a report): nobody recalls it. */
const FREE: Turn = { wanted: () => true, begin: async () => true };

/**
 * Sends over the first of several SMTP servers that can be reached. A second try over another one is only made when
 * the first has certainly not taken the mail; everything else is the ledger's decision.
 *
 * @param urls nodemailer connection URLs in order of preference, e.g. smtps://user:password@host:465
 * @param observe told how long each step took, and with which server
 */
export function smtpTransport(
  urls: string | readonly string[],
  observe?: (server: string, ...phase: Parameters<ObservePhase>) => void,
): MailTransport {
  const ways = [urls].flat().map((url) => {
    const server = smtpServer(url);
    return {
      restsUntil: 0,
      pool: openPool(server, observe && ((...phase) => observe(server.name, ...phase))),
    };
  });
  return {
    async send(mail, turn = FREE) {
      const now = Date.now();
      const rested = ways.filter((way) => way.restsUntil <= now);
      let last: Outcome = { kind: 'recalled' };
      for (const way of rested.length > 0 ? rested : ways) {
        last = await way.pool.send(mail, turn);
        if (last.kind !== 'unreachable') {
          way.restsUntil = 0;
          return last;
        }
        way.restsUntil = Date.now() + REST;
      }
      return last;
    },
    abort() {
      for (const { pool } of ways) pool.abort();
    },
    async close() {
      for (const { pool } of ways) pool.close();
    },
  };
}
