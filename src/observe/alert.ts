import type { Secret } from '../config.ts';
import { maskAddresses } from '../domain/mask.ts';
import type { Log } from './log.ts';
import { type PostTimes, postJson } from './post.ts';

/** Something that waits for a person. */
export interface Alert {
  code:
    | 'breaker'
    | 'paused'
    | 'nightly_failed'
    | 'in_doubt'
    | 'scheduled_missed'
    | 'report_failed'
    | 'crm_refused'
    | 'crm_away'
    | 'mass_removal'
    | 'unsubscribes_not_told'
    | 'crm_not_written'
    | 'crm_entry_given_up'
    | 'learn_failed'
    | 'variant_stopped'
    | 'proposals';
  /** The campaign it is about, if it is about one. */
  campaign?: string | undefined;
  /** What happened, in one line without a full stop. */
  title: string;
  /** Why, and what to do. */
  text: string;
}

/** What is posted, as JSON (docs/operations.md). `text` is what Slack, Mattermost and Teams show. */
export interface AlertMessage {
  source: 'spielbein';
  code: Alert['code'];
  campaign: string | null;
  title: string;
  detail: string;
  text: string;
  /** Where to look: the console's page. */
  url: string;
  /** ISO 8601. */
  at: string;
}

export interface Alerts {
  /** Never throws, and nobody needs to wait for it: it ends when the alert is delivered or given up. */
  alert(alert: Alert): Promise<void>;
  /** Waits a little for what is on its way, then gives it up. */
  close(): Promise<void>;
}

/** The same alert is told again after this long, in milliseconds. */
const QUIET = 10 * 60_000;
/** How long a process that ends waits for its last alerts, in milliseconds. */
const GOODBYE = 5000;

/** What did not happen at all is an error; what stopped in good order, and waits, a warning. */
const GRAVE: ReadonlySet<Alert['code']> = new Set([
  'nightly_failed',
  'scheduled_missed',
  'report_failed',
  'crm_refused',
  'crm_away',
  'unsubscribes_not_told',
]);

/** Tells people: always in the log, and to a webhook when there is one (ALERT_WEBHOOK_URL). */
export function createAlerts(options: {
  url: Secret | null;
  log: Log;
  publicUrl: string;
  now: () => Date;
  /** For tests. */
  times?: Partial<PostTimes>;
}): Alerts {
  const { url, log, publicUrl, now } = options;
  const toldAt = new Map<string, number>();
  const onTheirWay = new Set<Promise<void>>();
  const stop = new AbortController();

  async function post(target: Secret, message: AlertMessage): Promise<void> {
    const problem = await postJson(target.reveal(), message, stop.signal, options.times);
    if (problem === null) return;
    const { code, campaign } = message;
    log(`An alert did not reach ALERT_WEBHOOK_URL: ${problem}`, {
      level: 'warn',
      alert: code,
      campaign: campaign ?? undefined,
    });
  }

  return {
    alert(alert) {
      const { code, campaign, title, text } = alert;
      const at = now();
      const key = `${code} ${campaign ?? ''}`;
      if (at.getTime() - (toldAt.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET) return Promise.resolve();
      toldAt.set(key, at.getTime());
      log(`${title.replace(/\.$/, '')}. ${text}`, {
        level: GRAVE.has(code) ? 'error' : 'warn',
        alert: code,
        campaign,
      });
      if (url === null) return Promise.resolve();
      const posted = post(url, alertMessage(alert, { publicUrl, at })).finally(() => {
        onTheirWay.delete(posted);
      });
      onTheirWay.add(posted);
      return posted;
    },
    async close() {
      const timer = setTimeout(() => stop.abort(), GOODBYE);
      await Promise.all(onTheirWay);
      clearTimeout(timer);
    },
  };
}

/** An alert as it is posted; no address leaves with it. */
export function alertMessage(alert: Alert, given: { publicUrl: string; at: Date }): AlertMessage {
  const title = maskAddresses(alert.title);
  const detail = maskAddresses(alert.text);
  const page = alert.campaign === undefined ? '/' : `/campaigns/${encodeURIComponent(alert.campaign)}`;
  const url = `${given.publicUrl}${page}`;
  return {
    source: 'spielbein',
    code: alert.code,
    campaign: alert.campaign ?? null,
    title,
    detail,
    text: `${title}\n${detail}\n${url}`,
    url,
    at: given.at.toISOString(),
  };
}
