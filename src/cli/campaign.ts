import { CAMPAIGN_ID, idOfName, NIGHTLY_PREFIX } from '../campaign/new-id.ts';
import type { SkipReason } from '../domain/composition.ts';
import { reasonSentence } from '../domain/reasons.ts';
import type { CampaignAudience, InDoubtPolicy } from '../domain/send.ts';
import {
  type Campaign,
  cancelCampaign,
  createCampaign,
  finishIfDone,
  listCampaigns,
  moveCampaign,
} from '../ledger/campaigns.ts';
import { type CampaignProgress, campaignProgress } from '../ledger/progress.ts';
import type { Library } from '../library/library.ts';
import { UsageError } from './exit.ts';
import { bold, count, percent, plain, table, yellow } from './output.ts';
import { type Common, print, withApp } from './session.ts';

interface CreateOptions extends Common {
  id?: string;
  product?: string[];
  family?: string[];
  development?: string[];
  spreadHours?: number;
  inDoubt?: InDoubtPolicy;
}

export async function create(name: string, options: CreateOptions): Promise<void> {
  await withApp(async (app) => {
    const audience: CampaignAudience = {
      ...(options.product ? { products: options.product } : {}),
      ...(options.family ? { families: options.family } : {}),
      ...(options.development ? { developments: options.development } : {}),
    };
    const { library } = await app.content.library();
    checkAudience(library, audience);
    const id = options.id ?? idOfName(name);
    if (id.startsWith(NIGHTLY_PREFIX)) {
      throw new UsageError(`"${id}" would be taken for a nightly round. Choose another name, or an --id.`);
    }
    if (!CAMPAIGN_ID.test(id)) {
      throw new UsageError(
        `"${id}" can't be a campaign's id: use lower-case letters, digits and hyphens (--id).`,
      );
    }
    const { campaign, created } = await createCampaign(app.db, {
      id,
      name,
      kind: 'adhoc',
      audience,
      inDoubtPolicy: options.inDoubt ?? library.settings.delivery.inDoubt,
      spreadHours: options.spreadHours ?? 0,
      now: app.now(),
    });
    if (!created)
      throw new UsageError(`There is a campaign "${id}" already. Choose another name, or an --id.`);
    print(options, campaign, () =>
      [
        `Campaign ${bold(id)} is a draft.`,
        `See who would get what:  spielbein campaign run ${id} --dry-run`,
        `Send it:                 spielbein campaign run ${id}`,
        `Or let it start later:   spielbein campaign schedule ${id} --at TIME`,
      ].join('\n'),
    );
  });
}

/** Words that name nothing would make a campaign for nobody: said at once instead. */
function checkAudience(library: Library, audience: CampaignAudience): void {
  const families = new Set([...library.products.values()].map((p) => p.family));
  const unknown = [
    ...(audience.products ?? []).filter((k) => !library.products.has(k)).map((k) => `product "${k}"`),
    ...(audience.families ?? []).filter((f) => !families.has(f)).map((f) => `family "${f}"`),
    ...(audience.developments ?? [])
      .filter((d) => !library.developments.has(d))
      .map((d) => `development "${d}"`),
  ];
  if (unknown.length > 0) throw new UsageError(`The library has no ${unknown.join(', no ')}.`);
}

export async function list(options: Common): Promise<void> {
  await withApp(async (app) => {
    const campaigns = await listCampaigns(app.db);
    print(options, campaigns, () =>
      campaigns.length === 0
        ? 'No campaigns yet. `spielbein campaign create NAME` makes one.'
        : table(
            campaigns.map((c) => [
              c.id,
              plain(c.name, 40),
              c.state === 'scheduled' && c.startsAt ? `scheduled for ${day(c.startsAt)}` : c.state,
              c.planned ?? '',
              day(c.createdAt),
              plain(c.attention ?? ''),
            ]),
            ['id', 'name', 'state', 'planned', 'created', 'needs a person'],
          ),
    );
  });
}

export async function show(id: string, options: Common): Promise<void> {
  await withApp(async (app) => {
    const shown = await campaignProgress(app.db, id);
    print(options, shown, () => campaignSummary(shown));
  });
}

const MOVES = {
  pause: { from: 'running', to: 'paused' },
  resume: { from: 'paused', to: 'running' },
} as const;

export async function move(how: 'pause' | 'resume' | 'cancel', id: string, options: Common): Promise<void> {
  await withApp(async (app) => {
    const campaign =
      how === 'cancel'
        ? await cancelCampaign(app.db, id, app.now())
        : await moveCampaign(app.db, id, MOVES[how].to, { now: app.now(), from: MOVES[how].from });
    if (how === 'resume') await finishIfDone(app.db, id, app.now());
    print(options, campaign, () => {
      const hint =
        how === 'resume' ? ` Workers go on within seconds; or now: spielbein campaign run ${id}` : '';
      return `Campaign ${bold(id)} is ${campaign.state}.${hint}`;
    });
  });
}

/** What came of a campaign, for people. */
export function campaignSummary({ campaign, sends, skipped, failed, blocks }: CampaignProgress): string {
  const lines = [bold(`${plain(campaign.name)} (${campaign.id}): ${campaign.state}`)];
  if (campaign.attention) lines.push(yellow(campaign.attention));
  if (campaign.state === 'scheduled' && campaign.startsAt) {
    lines.push(`Starts by itself at ${day(campaign.startsAt)} UTC.`);
  }
  if (campaign.spreadHours > 0) lines.push(`Its mails are spread over ${campaign.spreadHours} hours.`);
  if (campaign.contentVersion) lines.push(`Content version ${campaign.contentVersion.slice(0, 12)}.`);
  if (campaign.candidates !== null) {
    lines.push(
      ...lookedAt(campaign.candidates, `${count(campaign.planned ?? 0)} planned`, campaign.excluded),
    );
  }
  if (campaign.state === 'draft' && campaign.planned === 0) {
    lines.push(
      yellow('Nobody would get a mail today, so nothing was sent, and the campaign is still a draft.'),
    );
    return lines.join('\n');
  }
  const open = sends.planned + sends.queued + sends.sending;
  lines.push(`Sent ${count(sends.sent)}${open > 0 ? `, ${count(open)} to go` : ''}.`);
  if (sends.skipped > 0)
    lines.push(`Skipped ${count(sends.skipped)} when it came to sending:`, ...reasonLines(skipped));
  if (sends.failed > 0) lines.push(`Failed ${count(sends.failed)}:`, ...reasonLines(failed));
  if (sends.in_doubt > 0) {
    lines.push(
      yellow(
        `In doubt ${count(sends.in_doubt)}: the server may or may not have them. See: spielbein campaign in-doubt ${campaign.id}`,
      ),
    );
  }
  const shown = blocks.proven + blocks.experimental;
  if (shown > 0) {
    lines.push(
      `Blocks shown ${count(shown)}: ${count(blocks.proven)} proven, ${count(blocks.experimental)} experimental. ` +
        `Experimental share wanted ${percent(blocks.experimentalWanted / shown)}, given ${percent(blocks.experimental / shown)}.`,
    );
    if (blocks.experimentalUnserved > 0) {
      lines.push(
        `${count(blocks.experimentalUnserved)} more experimental blocks were due, but no offer fitted these customers. What is owed is kept, up to maxDebt.`,
      );
    }
  }
  return lines.join('\n');
}

/** How many customers were looked at, and why those left out were. */
export function lookedAt(candidates: number, planned: string, excluded: Campaign['excluded']): string[] {
  if (candidates === 0) return ['There are no customers yet: `spielbein sync` reads them from the CRM.'];
  const reasons = reasonLines(excluded);
  const end = reasons.length > 0 ? ' Left out:' : ' Nobody was left out.';
  return [`${count(candidates)} customers looked at, ${planned}.${end}`, ...reasons];
}

export function reasonLines(counts: Partial<Record<string, number>>): string[] {
  return Object.entries(counts)
    .sort(([, a = 0], [, b = 0]) => b - a)
    .map(
      ([reason, n = 0]) =>
        `  ${count(n).padStart(9)}  ${reason}: ${reasonSentence(reason as SkipReason, 'en')}`,
    );
}

function day(date: Campaign['createdAt']): string {
  return date.toISOString().slice(0, 16).replace('T', ' ');
}
