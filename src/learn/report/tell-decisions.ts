import { z } from 'zod';
import { genomeOf } from '../../domain/genes.ts';
import { suggestionWords } from '../../domain/suggested-ratio.ts';
import { ERROR } from '../proof/needed.ts';
import { stopWords } from '../proof/words.ts';
import type { LearnReport, OfferReport } from './data.ts';
import type { Decision } from './decisions.ts';
import type { Part, ToldDecision } from './told.ts';
import type { Voice } from './voice.ts';

/** What waits for a person, and what the machine suggests for the innovation ratio. */
export function tellDecisions({ decisions, agreed, ratios, offers }: LearnReport, voice: Voice): Part[] {
  const { language, phrases, names } = voice;
  const parts: Part[] = decisions.map((decision) => tellDecision(decision, offers, voice));
  if (parts.length === 0) parts.push({ kind: 'text', text: phrases.nothingToDecide });
  for (const { id, offerId } of agreed)
    parts.push({ kind: 'file', id, text: phrases.agreed(names.offer(offerId)), label: phrases.file });
  if (ratios.length > 0) {
    parts.push({ kind: 'heading', text: phrases.ratios });
    parts.push({
      kind: 'list',
      items: ratios.map(
        (ratio) =>
          `${phrases.owners(names.product(ratio.productKey))} ${suggestionWords(ratio, 'owners', language)}`,
      ),
    });
  }
  return parts;
}

/** Less is no habit worth telling. */
const LEAST_LIFT = 1.1;

const number = z.number().optional().catch(undefined);
/** What may be known of the numbers behind something; what is missing is not said. */
const count = z.object({ mails: z.number(), complaints: z.number() });
const evidence = z.object({
  owners: number,
  lift: number,
  reason: z.string().optional().catch(undefined),
  mails: number,
  since: z.coerce.date().optional().catch(undefined),
  rate: number,
  provenRate: number,
  atLeast: number,
  blocks: number,
  earned: number,
  expected: number,
  mine: count.optional().catch(undefined),
  rest: count.optional().catch(undefined),
});

function tellDecision(decision: Decision, offers: readonly OfferReport[], voice: Voice): ToldDecision {
  const { language, phrases, numbers, names } = voice;
  const { decide } = phrases;
  const known = evidence.parse(decision.evidence);
  const n = (value: number | undefined) => (value === undefined ? null : numbers.count(value));
  const share = (value: number | undefined) => (value === undefined ? null : numbers.ofHundred(value));
  const common = { kind: 'decision' as const, id: decision.id, about: decision.kind };
  if (decision.kind === 'pairing') {
    return {
      ...common,
      title: decide.pairing(names.offer(decision.offerId), names.product(decision.productKey)),
      text: [
        decide.pairingAsks(
          names.anyBridge(decision.offerId, decision.productKey),
          names.fileOf(decision.offerId),
        ),
        decide.pairingWhy({
          owners: n(known.owners),
          // proposed out of curiosity: that they go together says nothing then
          lift:
            known.lift === undefined || known.lift < LEAST_LIFT || known.reason === 'curiosity'
              ? null
              : numbers.about(known.lift),
        }),
        decide.pairingThen,
        decide.pairingFinal,
      ],
      choices: [
        { as: 'yes', label: decide.consent },
        { as: 'similar', label: decide.similar },
        { as: 'no', label: decide.no },
      ],
    };
  }
  const { contentId, variantId } = decision;
  const offer = names.offer(contentId);
  const form = names.wholeForm(contentId, variantId);
  const file = names.fileOf(contentId);
  if (decision.kind === 'graduate') {
    const { call } = genomeOf(variantId);
    const both =
      known.rate === undefined || known.provenRate === undefined
        ? null
        : { new: numbers.ofHundred(known.rate), proven: numbers.ofHundred(known.provenRate) };
    return {
      ...common,
      title: decide.graduate(offer),
      text: [
        phrases.formOf(form),
        decide.graduateWhy({
          mails: n(known.mails),
          since: known.since ? numbers.day(known.since) : null,
          error: numbers.precise(ERROR),
          said: both,
          atLeast: known.atLeast !== undefined && known.atLeast > 0 ? numbers.ofHundred(known.atLeast) : null,
        }),
        ...(call === undefined ? [] : [decide.withoutCall(names.allele(contentId, 'call', call))]),
        decide.graduateThen(file),
      ],
      choices: [
        { as: 'yes', label: decide.makeIt },
        { as: 'no', label: decide.notNow },
      ],
    };
  }
  if (decision.kind === 'rewrite') {
    return {
      ...common,
      title: decide.rewrite(names.development(contentId)),
      text: [
        decide.rewriteWhy({
          blocks: n(known.blocks),
          rate: share(per(known.earned, known.blocks)),
          usual: share(per(known.expected, known.blocks)),
        }),
        decide.rewriteThen,
      ],
      choices: [
        { as: 'yes', label: decide.rewriteIt },
        { as: 'no', label: decide.keepIt },
      ],
    };
  }
  const othersRun = offers.some(
    ({ offerId, forms }) => offerId === contentId && forms.some(({ state }) => state === 'alive'),
  );
  return {
    ...common,
    title: decide.stopped(offer),
    text: [
      phrases.formOf(form),
      ...(known.mine && known.rest ? [stopWords(language, { mine: known.mine, rest: known.rest })] : []),
      ...(othersRun ? [decide.othersRun] : []),
      decide.stoppedThen(file),
    ],
    choices: [{ as: 'yes', label: decide.noted }],
  };
}

const per = (earned: number | undefined, blocks: number | undefined): number | undefined =>
  earned === undefined || !blocks ? undefined : earned / blocks;
