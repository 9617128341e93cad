import { setTimeout as wait } from 'node:timers/promises';
import { type Dice, dice } from '../company/dice.ts';
import type { Change, ChangeFeed } from './changes.ts';
import { type EventForm, eventOf, subscribed, type WebhookEvent } from './webhook-events.ts';
import { signed } from './webhook-signature.ts';

export interface WebhookSettings {
  /** Where events are posted. */
  url: string;
  /** The app's client secret: signs. */
  secret: string;
  appId?: number;
  /** Types ("contact.creation", "contact.propertyChange:email"); default all, with all properties. */
  subscriptions?: readonly string[] | 'all';
  form?: EventForm;
  /** How long events are gathered before they are posted, ms. */
  batchDelayMs?: number;
  /** Waits before the tries after the first, ms. HubSpot's default is ten over a day. */
  retryAfterMs?: readonly number[];
  /** How long an answer may take, ms. */
  answerWithinMs?: number;
  /** 0 to 1: events that come twice, that never come, and that are joined by one of an unknown type. */
  duplicates?: number;
  lost?: number;
  unknown?: number;
  /** Events are posted in no particular order. */
  reorder?: boolean;
  /** Seed of the above. */
  seed?: string;
  /** Clock of the signature, epoch ms; default the CRM's. */
  now?: () => number;
}

const MINUTE = 60_000;
/** Ten further tries over 24 hours, with growing pauses: the number and the day are documented, the pauses are not. */
const HUBSPOTS_RETRIES = [1, 5, 15, 30, 60, 120, 180, 240, 360, 429].map((minutes) => minutes * MINUTE);
/** Events in one request, at most. */
const BATCH = 100;
const UNKNOWN = ['contact.somethingNew', 'conversation.newMessage', 'object.reclassified'];

/** Posts what changes in the CRM, as an app's webhook subscriptions do. */
export class Webhooks {
  private readonly clock: () => number;
  private settings: WebhookSettings | undefined;
  private roll: Dice = dice('webhooks');
  private waiting: WebhookEvent[] = [];
  private flushing: Promise<void> | undefined;
  private readonly running = new Set<Promise<void>>();
  private stop = new AbortController();
  private readonly subscriptionIds = new Map<string, number>();
  private made = 0;
  /** Requests answered with 2xx, and events given up after the last try. */
  readonly delivered = { requests: 0, events: 0, givenUp: 0 };

  constructor(feed: ChangeFeed, clock: () => number) {
    this.clock = clock;
    feed.subscribe((change) => this.take(change));
  }

  /** Begins to post; undefined ends it and drops what has not been posted. */
  sendTo(settings: WebhookSettings | undefined): void {
    this.stop.abort();
    this.stop = new AbortController();
    this.waiting = [];
    this.settings = settings;
    this.roll = dice(settings?.seed ?? 'webhooks');
    this.made = 0;
  }

  /** Posts at once what waits, and returns when everything is delivered or given up. */
  async drain(): Promise<void> {
    do {
      this.flush();
      await Promise.all(this.running);
    } while (this.waiting.length > 0 || this.running.size > 0);
  }

  private take(change: Change): void {
    const { settings } = this;
    if (!settings) return;
    const content = eventOf(change, settings.form ?? 'classic');
    const wanted = settings.subscriptions ?? 'all';
    if (!content || !subscribed(content, wanted === 'all' ? wanted : new Set(wanted))) return;
    const place = this.made++;
    const event = this.event(settings, content.subscriptionType, content);
    if (this.roll('lost', place) >= (settings.lost ?? 0)) this.waiting.push(event);
    if (this.roll('twice', place) < (settings.duplicates ?? 0)) this.waiting.push({ ...event });
    if (this.roll('unknown', place) < (settings.unknown ?? 0)) {
      const kind = UNKNOWN[place % UNKNOWN.length] as string;
      this.waiting.push(this.event(settings, kind, { objectId: 1 }));
    }
    this.flushing ??= wait(settings.batchDelayMs ?? 20, undefined, { ref: false }).then(() => this.flush());
  }

  private event(settings: WebhookSettings, subscriptionType: string, content: object): WebhookEvent {
    const subscription = this.subscriptionIds.get(subscriptionType) ?? 3_000_000 + this.subscriptionIds.size;
    this.subscriptionIds.set(subscriptionType, subscription);
    return {
      // not unique, as HubSpot warns
      eventId: 1 + (this.made % 997),
      subscriptionId: subscription,
      portalId: PORTAL_ID,
      appId: settings.appId ?? 1_234_567,
      occurredAt: this.clock(),
      attemptNumber: 0,
      changeSource: 'CRM',
      sourceId: 'userId:1001',
      subscriptionType,
      ...content,
    };
  }

  private flush(): void {
    this.flushing = undefined;
    const { settings } = this;
    if (!settings) return;
    let events = this.waiting;
    this.waiting = [];
    if (settings.reorder) events = this.shuffled(events);
    for (let from = 0; from < events.length; from += BATCH) {
      const posted = this.deliver(settings, events.slice(from, from + BATCH), this.stop.signal);
      this.running.add(posted);
      void posted.finally(() => this.running.delete(posted));
    }
  }

  private shuffled(events: WebhookEvent[]): WebhookEvent[] {
    const keyed = events.map((event, place) => ({ event, key: this.roll('order', this.made, place) }));
    return keyed.sort((a, b) => a.key - b.key).map(({ event }) => event);
  }

  /** Posts one batch until it is answered with 2xx, ended, or given up. */
  private async deliver(
    settings: WebhookSettings,
    events: WebhookEvent[],
    ended: AbortSignal,
  ): Promise<void> {
    const pauses = settings.retryAfterMs ?? HUBSPOTS_RETRIES;
    for (let attempt = 0; attempt <= pauses.length && !ended.aborted; attempt++) {
      const body = JSON.stringify(events.map((event) => ({ ...event, attemptNumber: attempt })));
      if (await this.post(settings, body, ended)) {
        this.delivered.requests++;
        this.delivered.events += events.length;
        return;
      }
      const pause = pauses[attempt];
      // a pause that is ended is over
      if (pause !== undefined) await wait(pause, undefined, { ref: false, signal: ended }).catch(() => {});
    }
    if (!ended.aborted) this.delivered.givenUp += events.length;
  }

  private async post(settings: WebhookSettings, body: string, ended: AbortSignal): Promise<boolean> {
    const { url, secret, answerWithinMs = 5000, now = this.clock } = settings;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signed(secret, url, body, now()) },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([ended, AbortSignal.timeout(answerWithinMs)]),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      // not reachable, too slow, cut off: all the same to HubSpot, it tries again
      return false;
    }
  }
}

/** The account's number in events and tokens. */
export const PORTAL_ID = 62_515;
