import { Gauge, Registry } from 'prom-client';
import { CAMPAIGN_STATES, MAIL_EVENT_KINDS, SEND_STATES, SUPPRESSION_REASONS } from '../domain/send.ts';
import type { Installation } from './installation.ts';

/**
 * An installation's numbers in Prometheus' text format. States without a row are 0, not absent: an alert on a
 * number that is not there never fires.
 */
export function installationText(given: Installation): Promise<string> {
  const registry = new Registry();
  const registers = [registry];

  function single(name: string, help: string, value: number): void {
    new Gauge({ name: `spielbein_${name}`, help, registers }).set(value);
  }
  function each(
    name: string,
    help: string,
    label: string,
    all: readonly string[],
    counts: Partial<Record<string, number>>,
  ): void {
    const gauge = new Gauge({ name: `spielbein_${name}`, help, labelNames: [label], registers });
    for (const value of all) gauge.set({ [label]: value }, counts[value] ?? 0);
  }
  function labelled(name: string, help: string, labelNames: string[], rows: [object, number][]): void {
    const gauge = new Gauge({ name: `spielbein_${name}`, help, labelNames, registers });
    for (const [labels, value] of rows) gauge.set({ ...labels }, value);
  }

  each('sends', 'Sends of the ledger, by state.', 'state', SEND_STATES, given.sends);
  single(
    'send_overdue_seconds',
    'How long the open send of a running campaign that waits longest has been due.',
    given.overdueSeconds,
  );
  single(
    'in_doubt_seconds',
    'How long the oldest send in doubt has waited for a person.',
    given.inDoubtSeconds,
  );
  single(
    'unread_reports',
    'Bounces and complaints that could not be read and wait for a person.',
    given.unreadReports,
  );
  each('campaigns', 'Campaigns, by state.', 'state', CAMPAIGN_STATES, given.campaigns);
  single(
    'domains_backed_off',
    'Recipient domains that are left alone for a while because they asked for it.',
    given.domainsBackedOff,
  );
  each('suppressions', 'Suppressed addresses, by reason.', 'reason', SUPPRESSION_REASONS, given.suppressions);
  each('mail_events', 'What came back about mails, by kind.', 'kind', MAIL_EVENT_KINDS, given.mailEvents);
  labelled(
    'crm_synced_seconds',
    'Since the CRM was last read to the end.',
    ['source'],
    given.crm.map(({ source, syncedSeconds }) => [{ source }, syncedSeconds]),
  );
  labelled(
    'crm_lag_seconds',
    'Since when an object type of the CRM is known.',
    ['source', 'object'],
    given.crmObjects.map(({ source, object, lagSeconds }) => [{ source, object }, lagSeconds]),
  );
  labelled(
    'queue_jobs',
    'Jobs, by queue and state.',
    ['queue', 'state'],
    given.queues.flatMap(({ queue, jobs }) =>
      Object.entries(jobs).map(([state, count]): [object, number] => [{ queue, state }, count]),
    ),
  );
  labelled(
    'queue_oldest_seconds',
    'How long the next job of a queue has waited.',
    ['queue'],
    given.queues.map(({ queue, oldestSeconds }) => [{ queue }, oldestSeconds]),
  );
  return registry.metrics();
}
