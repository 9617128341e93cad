import { setImmediate as breathe } from 'node:timers/promises';
import { checkMail } from '../../check/checks.ts';
import { linkedPages } from '../../check/linked-pages.ts';
import { createTally, type MergedFinding } from '../../check/variants.ts';
import { loadFacts } from '../../compose/load-facts.ts';
import type { Composition } from '../../domain/composition.ts';
import type { Links } from '../../links/links.ts';
import type { Content } from '../../render/content.ts';
import { foretellAll, type PlanContext } from '../plan.ts';
import { distinctMails } from './distinct.ts';
import {
  comparable,
  type DryRunDecision,
  dryRunChanges,
  dryRunLives,
  endDryRun,
  noteDecisions,
  noteDryRun,
} from './store.ts';
import { type DryRunFinding, type DryRunSummary, emptySummary } from './summary.ts';

/** Code of a mail that could not be made at all. */
export const NOT_RENDERED = 'not_rendered';
/** Mails between two signs of life: a few seconds' work even where the machine is busy. */
const SIGN_OF_LIFE = 50;

export interface DryRunContext extends Omit<PlanContext, 'content'> {
  content: Content;
  links: Links;
  /** Where recipients reach the answer and unsubscribe pages. */
  publicUrl: string;
}

/**
 * Decides for everybody, as sending would at this moment, and keeps what comes of it under the run's number: who would get
 * which blocks, who would not and why, what is wrong with the mails, and what differs from before. Sends nothing,
 * moves no account. Memory does not grow with the number of customers.
 */
export async function performDryRun(
  context: DryRunContext,
  campaign: { id: string; audience: Parameters<typeof foretellAll>[1]['audience'] },
  runId: number,
): Promise<void> {
  const { db, now } = context;
  try {
    const summary = await lookAtAll(context, campaign, runId);
    if (!summary) return;
    const { previous, night } = await comparable(db, campaign.id, runId);
    if (previous) summary.sincePrevious = await dryRunChanges(db, runId, previous);
    if (night) summary.sinceNight = await dryRunChanges(db, runId, night);
    await endDryRun(db, runId, { summary, now: now() });
  } catch (error) {
    const stopped = context.signal?.aborted;
    const end = { error: stopped ? 'stopped' : messageOf(error), now: now() };
    const ended = await endDryRun(db, runId, end).catch(() => true);
    // Where others ended it, or it is gone altogether, it could not go on.
    if (!stopped && ended) throw error;
  }
}

async function lookAtAll(
  context: DryRunContext,
  campaign: Parameters<typeof performDryRun>[1],
  runId: number,
): Promise<DryRunSummary | null> {
  const { db } = context;
  const summary = emptySummary();
  const distinct = distinctMails();
  const content = new Map<string, DryRunSummary['content'][number]>();
  const tally = createTally<string>();
  const broken: DryRunFinding[] = [];
  for await (const batch of foretellAll(context, campaign)) {
    const worth: { customerId: string; composition: Composition }[] = [];
    const decisions = batch.map(({ customer, decision }): DryRunDecision => {
      summary.candidates += 1;
      const row = { customer_id: customer.id };
      if (!decision.send) {
        summary.excluded[decision.reason] = (summary.excluded[decision.reason] ?? 0) + 1;
        return { ...row, reason: decision.reason, blocks: null };
      }
      const { composition } = decision;
      summary.planned += 1;
      summary.blocks += composition.blocks.length;
      summary.wanted += composition.ratio.value * composition.blocks.length;
      for (const { kind, contentId } of composition.blocks) {
        if (kind === 'experimental') summary.experimental += 1;
        const known = content.get(contentId) ?? { kind, contentId, count: 0 };
        known.count += 1;
        content.set(contentId, known);
      }
      if (distinct.isWorthALook(composition)) worth.push({ customerId: customer.id, composition });
      const blocks = composition.blocks.map(({ kind, contentId, variantId, productKey }) => ({
        kind,
        contentId,
        variantId,
        productKey,
      }));
      return { ...row, reason: null, blocks };
    });
    await noteDecisions(db, runId, decisions);
    const checked = await checkMails(context, { campaignId: campaign.id, runId }, worth, { tally, broken });
    if (checked === null) return null;
    summary.checked += checked;
    summary.different = distinct.different;
    summary.content = [...content.values()].sort((a, b) => b.count - a.count);
    summary.findings = [...broken, ...tally.report().findings.map(findingOf)];
    // Somebody thought it dead and began another, or erased a customer.
    if (!(await noteDryRun(db, runId, summary))) return null;
  }
  return summary;
}

/** Renders mails as they would be sent, and notes what is wrong with them. @returns how many, or null when others ended the run */
async function checkMails(
  context: DryRunContext,
  { campaignId, runId }: { campaignId: string; runId: number },
  mails: { customerId: string; composition: Composition }[],
  found: { tally: ReturnType<typeof createTally<string>>; broken: DryRunFinding[] },
): Promise<number | null> {
  if (mails.length === 0) return 0;
  const { db, content, links, publicUrl } = context;
  const { rules, company } = content.library.settings;
  const ids = mails.map(({ customerId }) => customerId);
  const facts = await loadFacts(db, ids, { now: context.now(), rules });
  let checked = 0;
  for (const { customerId, composition } of mails) {
    context.signal?.throwIfAborted();
    const known = facts.get(customerId);
    if (!known) continue;
    if (checked % SIGN_OF_LIFE === 0 && !(await dryRunLives(db, runId))) return null;
    const { customer, owned } = known;
    checked += 1;
    try {
      const mail = content.renderer.render({ sendId: 0, campaignId, customer, composition, owned, links });
      const { language } = composition;
      const targets = linkedPages(composition, content.library);
      found.tally.add(customerId, checkMail({ ...mail, language, company, publicUrl, targets }));
    } catch (error) {
      const [first] = found.broken;
      if (first) first.mails += 1;
      else
        found.broken.push({
          code: NOT_RENDERED,
          severity: 'error',
          mails: 1,
          customerId,
          values: { why: messageOf(error) },
        });
    }
    // Pages are served beside it.
    await breathe();
  }
  return checked;
}

const findingOf = ({ code, severity, mails, example }: MergedFinding<string>): DryRunFinding => ({
  code,
  severity,
  mails,
  customerId: example.id,
  values: example.finding.values,
});

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 500);
