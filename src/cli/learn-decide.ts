import { decide } from '../learn/report/decide.ts';
import type { Decision } from '../learn/report/decisions.ts';
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
    const { kind, file } = await decide(app.db, { id, as, library, now: app.now() });
    if (file && options.out !== undefined) await writePrivateFile(options.out, file.text);
    print(options, { id, decided: as, file }, () => {
      if (file === null) {
        const outIdle = options.out === undefined ? '' : ' --out has no effect here.';
        return `Noted. ${THEN[kind][as]}${outIdle}`;
      }
      const where = `${file.path} of your content`;
      return options.out === undefined
        ? `${file.text.trimEnd()}\n\nNoted. Look through this and put it at ${where}; --out FILE writes it to a file.`
        : `Noted. The file is ${options.out}; look through it and put it at ${where}.`;
    });
  });
}

/** What happens now. A graduate's yes has a file, which says it all; what is never said says nothing. */
const THEN: Readonly<Record<Decision['kind'], Record<DecisionChoice, string>>> = {
  pairing: {
    yes: 'From the next mails on, owners who have consented may see the offer. "no" takes this back, for good.',
    similar:
      'From the next mails on, owners may see the offer, without consent too. "no" takes this back, for good.',
    no: 'Owners of this product will not see the offer. It is not proposed to them again.',
  },
  graduate: { yes: '', similar: '', no: 'The offer goes on as it is, and is not put forward again.' },
  rewrite: {
    yes: 'Nothing changes by itself: rewrite it, or take it out of your content. This is not asked again for half a year.',
    similar: '',
    no: 'It stays as it is. This is not asked again for half a year.',
  },
  stopped: { yes: 'The form stays stopped.', similar: '', no: '' },
};

function choiceOf(answer: string, { similar }: DecideOptions): DecisionChoice {
  if (answer !== 'yes' && answer !== 'no') throw new UsageError(`Say yes or no, not "${answer}".`);
  if (similar && answer === 'no') throw new UsageError('--similar goes with yes.');
  return similar ? 'similar' : answer;
}
