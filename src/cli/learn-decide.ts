import { decide } from '../learn/report/decide.ts';
import type { DecisionChoice } from '../learn/report/told.ts';
import { UsageError } from './exit.ts';
import { writePrivateFile } from './private-file.ts';
import { type Common, print, withApp } from './session.ts';

export interface DecideOptions extends Common {
  similar?: boolean;
  out?: string;
}

/** A person's yes or no to what `learn report` puts forward. */
export async function learnDecide(id: string, answer: string, options: DecideOptions): Promise<void> {
  const as = choiceOf(answer, options);
  await withApp(async (app) => {
    const { library } = await app.content.library();
    const file = await decide(app.db, { id, as, library, now: app.now() });
    if (file && options.out !== undefined) await writePrivateFile(options.out, file.text);
    print(options, { id, decided: as, file }, () => {
      if (file === null) return `Noted: ${id}, ${as === 'similar' ? 'yes, similar' : as}.`;
      const where = `${file.path} of your content`;
      return options.out === undefined
        ? `${file.text.trimEnd()}\n\nNoted. This belongs into ${where}; --out writes it there.`
        : `Noted. The file is ${options.out}; it belongs into ${where}. Look through it first.`;
    });
  });
}

function choiceOf(answer: string, { similar }: DecideOptions): DecisionChoice {
  if (answer !== 'yes' && answer !== 'no') throw new UsageError(`Say yes or no, not "${answer}".`);
  if (similar && answer === 'no') throw new UsageError('--similar goes with yes.');
  return similar ? 'similar' : answer;
}
