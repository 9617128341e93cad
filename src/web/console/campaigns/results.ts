import { sql } from 'kysely';
import type { BlockKind } from '../../../domain/composition.ts';
import type { Language } from '../../../domain/customer.ts';
import type { Range } from '../../../learn/report/range.ts';
import type { Campaign } from '../../../ledger/campaigns.ts';
import { pieceTitle } from '../../../library/piece-title.ts';
import { fillWords, words } from '../../words/words.ts';
import { type Drawn, drawPlot } from '../plots/plot.ts';
import type { CampaignTools } from './tools.ts';

/** Blocks drawn and listed, those shown most. */
const MOST_BLOCKS = 12;
const KEPT = 15_000;
const KEPT_OVER = 300_000;

/** One development or offer of a campaign, and what became of it. */
export interface BlockResult {
  kind: BlockKind;
  contentId: string;
  shown: number;
  answered: number;
  /** Yes, or call me. */
  wanted: number;
}

/** What came of a campaign, in numbers and drawings. */
export async function resultsView(tools: CampaignTools, campaign: Campaign, language: Language) {
  const { memo, db } = tools;
  const library = await tools.publicContent.library();
  const over = campaign.state === 'finished' || campaign.state === 'cancelled';
  const found = await memo.get(
    `results|${campaign.id}|${campaign.state}`,
    over ? KEPT_OVER : KEPT,
    async () => ({
      blocks: await blockResults(db, campaign.id),
      days: await answersByDay(db, campaign.id, library?.settings.nightly.timeZone ?? 'Europe/Berlin'),
      back: await cameBack(db, campaign.id),
    }),
  );
  const text = words(language);
  const blocks = found.blocks.slice(0, MOST_BLOCKS).map((block) => ({
    ...block,
    title: pieceTitle(library, block, language),
    range: share(block.answered, block.shown),
    per100: (100 * block.answered) / block.shown,
  }));
  const spread = found.days.length > 1 ? found.days : [];
  return {
    blocks,
    plot: blocks.some(({ answered }) => answered > 0)
      ? drawPlot(
          {
            kind: 'intervals',
            rows: blocks.map(({ title, range, kind }) => ({
              label: title,
              range,
              lit: kind === 'experimental',
            })),
          },
          fillWords(text, 'campaigns.results.plot'),
          language,
        )
      : null,
    days: spread,
    overTime:
      spread.length > 0 ? drawDays(spread, fillWords(text, 'campaigns.results.days'), language) : null,
    back: found.back,
  };
}

async function blockResults(db: CampaignTools['db'], id: string): Promise<BlockResult[]> {
  const { rows } = await sql<BlockResult>`
    select b.kind, b.content_id as "contentId", count(*) as shown,
      count(a.answer) as answered, count(a.answer) filter (where a.answer in ('yes', 'call')) as wanted
    from shown_blocks b
    left join heard_answers a on a.send_id = b.send_id and a.position = b.position
    where b.campaign_id = ${id}
    group by b.kind, b.content_id order by count(*) desc, b.content_id`.execute(db);
  return rows;
}

/** Answers by day, from the first to the last with any. */
async function answersByDay(
  db: CampaignTools['db'],
  id: string,
  zone: string,
): Promise<{ day: string; answers: number }[]> {
  const { rows } = await sql<{ day: string; answers: number }>`
    select to_char(d, 'YYYY-MM-DD') as day, coalesce(n.answers, 0) as answers
    from (
      select date_trunc('day', a.answered_at at time zone ${zone}) as day, count(*) as answers
      from heard_answers a join sends s on s.id = a.send_id where s.campaign_id = ${id} group by 1) n
    right join generate_series(
      (select date_trunc('day', min(a.answered_at) at time zone ${zone}) from heard_answers a
        join sends s on s.id = a.send_id where s.campaign_id = ${id}),
      (select date_trunc('day', max(a.answered_at) at time zone ${zone}) from heard_answers a
        join sends s on s.id = a.send_id where s.campaign_id = ${id}),
      interval '1 day') d on d = n.day
    order by d limit 90`.execute(db);
  return rows;
}

/** Objections, complaints and bounces of this campaign's mails. */
async function cameBack(db: CampaignTools['db'], id: string) {
  const rows = await db
    .selectFrom('mail_events')
    .select(['kind', sql<number>`count(*)`.as('count')])
    .where('campaign_id', '=', id)
    .groupBy('kind')
    .execute();
  return rows.map(({ kind, count }) => ({ kind, count, label: `campaigns.back.${kind}` }));
}

/** Answers that came in until each day, added up. */
function drawDays(days: { day: string; answers: number }[], label: string, language: Language): Drawn {
  let sum = 0;
  const total = days.reduce((all, { answers }) => all + answers, 0);
  const ranges = days.map(({ answers }) => {
    sum += answers;
    const part = sum / total;
    return { mean: part, low: part, high: part };
  });
  return drawPlot(
    {
      kind: 'rates',
      periods: days.map(({ day }) => day.slice(5)),
      series: [{ label, of: 'proven', ranges }],
    },
    label,
    language,
  );
}

const Z = 1.96;

/** A share with the range that it may really have (Wilson, 95 %). */
export function share(yes: number, of: number): Range {
  if (of === 0) return { mean: 0, low: 0, high: 1 };
  const p = yes / of;
  const z2 = (Z * Z) / of;
  const middle = (p + z2 / 2) / (1 + z2);
  const half = (Z / (1 + z2)) * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of));
  return { mean: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
