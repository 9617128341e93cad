import { loadConfig } from '../config.ts';
import { loadLibrary } from '../library/load.ts';
import { formatProblem } from '../library/problem.ts';
import { createRenderer } from '../render/renderer.ts';
import { FAILED } from './exit.ts';
import { count, green } from './output.ts';
import { type Common, print } from './session.ts';

/** Checks every content file, and that the mail templates compile. Needs no database. */
export async function check(options: Common): Promise<void> {
  const { libraryDir, templatesDir, publicUrl } = loadConfig();
  const { library, problems } = await loadLibrary(libraryDir);
  const errors = problems.filter((p) => p.severity === 'error').length;
  if (errors === 0) await createRenderer({ library, templatesDir, publicUrl });
  const found = {
    products: library.products.size,
    developments: library.developments.size,
    offers: library.offers.size,
    questions: library.questions.size,
  };
  print(options, { ok: errors === 0, ...found, problems }, () =>
    [
      ...problems.map(formatProblem),
      `${count(found.products)} products, ${count(found.developments)} developments, ${count(found.offers)} offers, ` +
        `${count(found.questions)} questions: ` +
        (errors === 0 ? green('all good.') : `${count(errors)} errors.`),
    ].join('\n'),
  );
  if (errors > 0) process.exitCode = FAILED;
}
