import { getCampaign } from '../ledger/campaigns.ts';
import { type InDoubt, listInDoubt, resolveInDoubt, type Verdict } from '../ledger/in-doubt.ts';
import { UsageError } from './exit.ts';
import { count, plain, table } from './output.ts';
import { type Common, print, withApp } from './session.ts';

/** Lists mails of which nobody knows whether the server took them, with what to look for in its log. */
export async function listDoubts(campaignId: string | undefined, options: Common): Promise<void> {
  await withApp(async (app) => {
    if (campaignId !== undefined) await getCampaign(app.db, campaignId);
    const doubts = await listInDoubt(app.db, campaignId === undefined ? {} : { campaignId });
    print(options, doubts, () =>
      doubts.length === 0 ? 'No mail is in doubt.' : doubtLines(doubts).join('\n'),
    );
  });
}

function doubtLines(doubts: InDoubt[]): string[] {
  const one = doubts[0]?.campaignId ?? 'ID';
  return [
    table(
      doubts.map((d) => [
        d.id,
        d.campaignId,
        d.customerId,
        d.sendingAt?.toISOString().slice(0, 19).replace('T', ' ') ?? '',
        d.messageId ?? '',
        plain(d.detail ?? '', 60),
      ]),
      ['send', 'campaign', 'customer', 'sent at (UTC)', 'Message-ID', 'what happened'],
    ),
    '',
    'Look for the Message-ID in the mail server’s log. Then say what you found:',
    `  spielbein campaign resolve ${one} --as sent --send ${doubts[0]?.id}      the server had it`,
    `  spielbein campaign resolve ${one} --as resend --all       it had not: send again, with the same Message-ID`,
  ];
}

interface ResolveOptions extends Common {
  as: Verdict;
  send?: number[];
  all?: boolean;
}

/** Resolves doubts of a campaign, one by one or all. */
export async function resolveDoubts(campaignId: string, options: ResolveOptions): Promise<void> {
  if (!options.all && !options.send) throw new UsageError('Say which: --send N (repeatable), or --all.');
  if (options.all && options.send) throw new UsageError('Either --send or --all, not both.');
  await withApp(async (app) => {
    await getCampaign(app.db, campaignId);
    const resolved = await resolveInDoubt(app.db, {
      campaignId,
      as: options.as,
      now: app.now(),
      ...(options.send ? { ids: options.send } : {}),
    });
    const missing = (options.send ?? []).filter((id) => !resolved.includes(id));
    if (missing.length > 0 && resolved.length === 0) {
      throw new UsageError(`Not in doubt in campaign "${campaignId}": ${missing.join(', ')}.`);
    }
    const words =
      options.as === 'sent' ? 'counted as sent' : 'queued again; workers send them within seconds';
    print(options, { campaign: campaignId, as: options.as, resolved, missing }, () =>
      [
        `${count(resolved.length)} ${words}.`,
        ...(missing.length > 0 ? [`Not in doubt, left alone: ${missing.join(', ')}.`] : []),
      ].join('\n'),
    );
  });
}
