import type { Learned } from '../compose/learned.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/connect.ts';
import type { Mailer } from '../deliver/mailer.ts';
import type { MailTransport } from '../deliver/transport.ts';
import type { Links } from '../links/links.ts';
import type { Queues } from '../queue/queue.ts';
import type { ContentSource } from '../render/content.ts';
import type { Checks } from './health.ts';
import type { Pages } from './pages.ts';
import type { PublicContent } from './public-content.ts';
import type { FetchText } from './webhooks/fetch-text.ts';

/**
 * What happened, without addresses, names or tokens: `request`, `answer`, `statement`, `preferences`, `asked_again`, `unsubscribe`, `resubscribe`,
 * `sign_in`, `console_refused`, `webhook`, `webhook_refused`, `webhook_unknown`, `learn_decided`, `error`.
 */
export type WebLog = (event: string, fields: Record<string, string | number | boolean | null>) => void;

/** The part of the configuration that the web server needs. */
export type WebConfig = Pick<Config, 'host' | 'port' | 'publicUrl' | 'password'> &
  Partial<
    Pick<
      Config,
      'templatesDir' | 'libraryDir' | 'metricsToken' | 'webhooks' | 'hubspot' | 'oidc' | 'operatorEmail'
    >
  >;

export interface WebOptions {
  db: Database;
  config: WebConfig;
  content: ContentSource;
  /** Signs links and sessions. */
  secret: string;
  /** Key of this installation's seeded randomness; previews draw with it as sending does. */
  randomKey: string;
  /** What has been learned by now: previews decide by it as sending does. */
  learned?: (() => Promise<Learned>) | undefined;
  links: Links;
  now: () => Date;
  log?: WebLog | undefined;
  /** What `/readyz` asks beyond database and content. */
  checks?: Checks | undefined;
  /** How certificates of Amazon SNS are fetched; from the internet unless told otherwise. */
  fetchText?: FetchText | undefined;
  /** Called when events of the CRM were stored and wait for a worker. Without it they are found a little later. */
  crmEventsWait?: (() => void) | undefined;
  /** Where jobs wait; without it nothing can be started from here, and pages say so. */
  queues?: Queues | undefined;
  /** What makes and sends mails, opened when first asked for; without it no test mails leave from here. */
  mail?: (() => Promise<{ mailer: Mailer; transport: MailTransport }>) | undefined;
  /** What `/metrics` answers, in Prometheus' text format; without it there is no such page. */
  scrape?: (() => Promise<string>) | undefined;
}

/** What every route gets. */
export interface WebContext extends WebOptions {
  log: WebLog;
  pages: Pages;
  /** Content for recipients' pages, which must work while somebody is half-way through an edit. */
  publicContent: PublicContent;
  /** Calls back when a template or content file has changed; returns how to stop. */
  onChange(changed: () => void): () => void;
}
