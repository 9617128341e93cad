import type { App } from '../app.ts';
import { makeBrief } from '../brief/brief.ts';
import { type BriefContext, loadBriefFacts } from '../brief/load.ts';
import { keepNotes, MOST_WORDS, NOTE, type NoteProblem } from '../brief/note.ts';
import type { Language } from '../domain/customer.ts';
import { briefText } from './brief-text.ts';
import { UsageError } from './exit.ts';
import { type Common, print, withApp } from './session.ts';

interface BriefOptions extends Common {
  language?: Language;
  answer?: string[];
}

/** What to have at hand when a customer makes contact; `--answer` first keeps what a salesperson heard. */
export async function briefCommand(who: string, options: BriefOptions): Promise<void> {
  const notes = (options.answer ?? []).map(readAnswer);
  await withApp(async (app) => {
    const id = await findCustomer(app, who);
    const { library, matchProduct } = await app.content.library();
    const context: BriefContext = { library, matchProduct, now: app.now() };
    const known = await loadBriefFacts(app.db, id, context);
    if (!known) throw nobody(who);
    const language = options.language ?? known.known.customer.language;
    const heard = notes.map(({ questionId, said }) => {
      const choices = library.questions.get(questionId)?.choices ?? [];
      const isChoice = choices.some((choice) => said === choice.id || said.startsWith(`${choice.id}:`));
      return { questionId, choice: isChoice ? said : null, words: isChoice ? null : said };
    });
    const wrong = await keepNotes(app.db, id, heard, { ...context, language });
    if (wrong) throw new UsageError(`--answer ${wrong.note.questionId}: ${PROBLEMS[wrong.problem]}`);
    const facts = notes.length === 0 ? known : await loadBriefFacts(app.db, id, context);
    if (!facts) throw nobody(who);
    const brief = makeBrief(facts, library, language);
    print(options, brief, () => briefText(brief, library.settings.nightly.timeZone));
  });
}

const PROBLEMS: Record<NoteProblem, string> = {
  unknown_customer: 'there is no such customer any more.',
  unknown_question: 'the catalogue has no such question for salespeople. "note" keeps a note by itself.',
  unknown_choice: 'the question has no such choice, or the customer no such product.',
  unknown_product: 'the customer owns nothing that it could be about.',
  nothing_said: 'say after "=" what the customer said.',
  too_long: `at most ${MOST_WORDS} characters.`,
};

/** `wer-noch=Frau Adler, Schichtleitung` */
function readAnswer(text: string): { questionId: string; said: string } {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--answer ${text}: write QUESTION=what the customer said.`);
  const id = text.slice(0, at).trim();
  return { questionId: id === 'note' ? NOTE : id, said: text.slice(at + 1).trim() };
}

/** By the CRM's id, else by address. @throws UsageError for nobody, and when several have the address. */
async function findCustomer({ db }: App, who: string): Promise<string> {
  const found = await db
    .selectFrom('customers')
    .select(['id'])
    .where('archived_at', 'is', null)
    .where((eb) => eb.or([eb('id', '=', who), eb('email_key', '=', who.trim().toLowerCase())]))
    .orderBy('id')
    .execute();
  const ids = found.map(({ id }) => id);
  if (ids.includes(who)) return who;
  const [id, ...others] = ids;
  if (id === undefined) throw nobody(who);
  if (others.length > 0) {
    throw new UsageError(
      `Several customers have the address ${who}: ${ids.join(', ')}. Give one of these ids.`,
    );
  }
  return id;
}

const nobody = (who: string) => new UsageError(`There is no customer with this id or address: ${who}.`);
