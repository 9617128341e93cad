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
/** One that refuses us, e.g. the password, for longer: asking again and again may lock the account. */
const LONG_REST = 10 * 60_000;

/** A mail outside the ledger (a test, a report): nobody recalls it. */
const FREE: Turn = { wanted: () => true, begin: async () => true };

type Unreachable = Extract<Outcome, { kind: 'unreachable' }>;

/**
 * Sends over the first of several SMTP servers that can be reached. A second try over another one is only made when
 * the first has certainly not taken the mail; everything else is the ledger's decision. When none can be reached, what
 * the first one said is the reason.
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
      why: null as Unreachable | null,
      pool: openPool(server, observe && ((...phase) => observe(server.name, ...phase))),
    };
  });
  const rests = (way: (typeof ways)[number]) => way.restsUntil > Date.now();

  return {
    async send(mail, turn = FREE) {
      const everybodyRests = ways.every(rests);
      for (const way of ways) {
        // It may turn out to be away while this mail stands in line for it.
        const passed = () => !everybodyRests && rests(way);
        if (passed()) continue;
        const outcome = await way.pool.send(mail, { ...turn, wanted: () => turn.wanted() && !passed() });
        if (outcome.kind === 'recalled' && passed() && turn.wanted()) continue;
        if (outcome.kind !== 'unreachable') {
          if (outcome.kind !== 'recalled') way.restsUntil = 0;
          return outcome;
        }
        way.restsUntil = Date.now() + (outcome.needsPerson ? LONG_REST : REST);
        way.why = outcome;
      }
      return ways[0]?.why ?? { kind: 'recalled' };
    },
    abort() {
      for (const { pool } of ways) pool.abort();
    },
    async close() {
      for (const { pool } of ways) pool.close();
    },
  };
}
