import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { NOT_RENDERED } from '../../../campaign/dry-run/run.ts';
import {
  comparable,
  DRY_RUN_LISTS,
  type DryRun,
  dryRunRows,
  finishedDryRun,
  latestDryRun,
} from '../../../campaign/dry-run/store.ts';
import type { DryRunFinding } from '../../../campaign/dry-run/summary.ts';
import { findingSentence } from '../../../check/sentence.ts';
import type { CheckCode } from '../../../check/words.ts';
import type { Language } from '../../../domain/customer.ts';
import type { Library } from '../../../library/library.ts';
import { pieceTitle } from '../../../library/piece-title.ts';
import { firstOf } from '../../bodies.ts';
import { rootOf } from '../../root.ts';
import { consoleLanguage } from '../page.ts';
import type { DryRuns } from './dry-runs.ts';
import { loadSetup, sendStep, versionOf } from './setup-page.ts';
import { type CampaignTools, frameOf } from './tools.ts';

const ON_PAGE = 50;
/** Pieces of content listed, those shown most. */
const MOST_CONTENT = 12;

const query = z.object({
  list: firstOf(z.enum(DRY_RUN_LISTS)).catch('mails').default('mails'),
  reason: firstOf(z.string().regex(/^[a-z_]{1,40}$/))
    .optional()
    .catch(undefined),
  search: firstOf(z.string().trim().max(100)).catch('').default(''),
  after: firstOf(z.string().max(200)).catch('').default(''),
});

/** Step 5: what would happen, for everybody, and what differs from before. */
export function dryRunRoutes(app: FastifyInstance, tools: CampaignTools, dryRuns: DryRuns): void {
  const { db } = tools;
  const role = { config: { role: 'marketer' as const } };

  app.get('/campaigns/:id/setup/dry-run', role, async (request, reply) => {
    const setup = await loadSetup(tools, request, reply);
    if (!setup) return reply;
    const { draft, library } = setup;
    const asked = query.parse(request.query);
    const language = consoleLanguage(request);
    const [latest, done] = await Promise.all([latestDryRun(db, draft.id), finishedDryRun(db, draft.id)]);
    const under = latest?.underWay === true;
    const run = under ? latest : (done ?? latest);
    return sendStep(tools, request, reply, {
      setup,
      step: 'dry-run',
      data: {
        ...runView(run, library, language, setup.version),
        failed: latest?.error ? latest : null,
        under,
        asked,
        list: done && !under ? await listView(request, done, library) : null,
      },
    });
  });

  app.post('/campaigns/:id/setup/dry-run', async (request, reply) => {
    const setup = await loadSetup(tools, request, reply);
    if (!setup) return reply;
    await dryRuns.begin(setup.draft.id, request.person);
    return reply.redirect(
      `${rootOf(request.url)}campaigns/${encodeURIComponent(setup.draft.id)}/setup/dry-run`,
      303,
    );
  });

  app.get(
    '/campaigns/:id/setup/dry-run/events',
    { ...role, exposeHeadRoute: false },
    async (request, reply) => {
      const setup = await loadSetup(tools, request, reply);
      if (!setup) return reply;
      const { draft, library } = setup;
      const frame = await frameOf(tools, request, `/campaigns/${draft.id}/setup/dry-run`);
      return tools.streams.open(request, reply, async () => {
        const run = await latestDryRun(db, draft.id);
        const version = await versionOf(tools, draft);
        const view = runView(run, library, frame.language, version);
        const moves = run?.underWay === true;
        return {
          html: await tools.pages.render('campaign-dry-run', frame, { ...view, under: moves }),
          moves,
        };
      });
    },
  );

  async function listView(request: FastifyRequest, run: DryRun, library: Library) {
    const asked = query.parse(request.query);
    const language = consoleLanguage(request);
    const { id: campaignId } = request.params as { id: string };
    const { previous } = await comparable(db, campaignId, run.id);
    const found = await dryRunRows(db, run.id, {
      ...asked,
      limit: ON_PAGE + 1,
      previous: previous?.run ?? null,
    });
    const rows = found.slice(0, ON_PAGE).map((row) => ({
      ...row,
      titles: (row.blocks ?? []).map((block) => ({
        kind: block.kind,
        title: pieceTitle(library, block, language),
      })),
    }));
    const link = (other: Partial<z.infer<typeof query>>) => {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...asked, after: '', ...other }))
        if (value) search.set(name, value);
      return `?${search}`;
    };
    return {
      rows,
      next: found.length > ON_PAGE ? link({ after: rows.at(-1)?.customerId ?? '' }) : null,
      tabs: DRY_RUN_LISTS.filter((list) => previous || list === 'mails' || list === 'left').map((list) => ({
        label: `campaigns.dry.list.${list}`,
        chosen: list === asked.list,
        link: link({ list, reason: undefined }),
      })),
    };
  }
}

/** What a dry run came to, or how far it is. */
function runView(run: DryRun | null, library: Library, language: Language, version: string) {
  if (!run) return { run: null };
  const { summary } = run;
  const { blocks = 0, content = [], findings = [] } = summary;
  return {
    run: {
      ...run,
      ...summary,
      counted: summary.candidates !== undefined,
      nobody: run.finishedAt !== null && summary.planned === 0,
      stale: run.finishedAt !== null && run.version !== version,
      left: Object.entries(summary.excluded ?? {})
        .map(([code, count]) => ({ code, count: count ?? 0 }))
        .sort((a, b) => b.count - a.count),
      share:
        blocks > 0
          ? { wanted: (summary.wanted ?? 0) / blocks, given: (summary.experimental ?? 0) / blocks }
          : null,
      pieces: content
        .slice(0, MOST_CONTENT)
        .map((piece) => ({ ...piece, title: pieceTitle(library, piece, language) })),
      errors: findings.filter(({ severity }) => severity === 'error').map(said),
      warnings: findings.filter(({ severity }) => severity === 'warning').map(said),
      previous: summary.sincePrevious && changesView(summary.sincePrevious),
      night: summary.sinceNight && changesView(summary.sinceNight),
    },
  };

  function said(finding: DryRunFinding) {
    if (finding.code === NOT_RENDERED)
      return { ...finding, sentence: String(finding.values.why ?? ''), mend: '' };
    return { ...finding, ...findingSentence({ ...finding, code: finding.code as CheckCode }, language) };
  }
}

const changesView = (changes: { at: string; changed: number | null }) => ({
  ...changes,
  at: new Date(changes.at),
  knowsMails: changes.changed !== null,
});
