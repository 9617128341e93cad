import { type Command, Option } from 'commander';
import { example, json } from './options.ts';

/** What was learned from answers, and what a person has to decide about it. */
export function addLearning(program: Command): void {
  const learn = program.command('learn').description('what was learned from answers');
  const language = () =>
    new Option('--language <language>', 'of the text; otherwise English').choices(['de', 'en']);
  example(
    learn
      .command('report')
      .description('what was tried, what works, what it cost and brought, and what a person has to decide')
      .option('--out <file>', 'also write it as an HTML page with plots')
      .addOption(language())
      .addOption(json())
      .action(async (options) => (await import('../learn-report.ts')).learnReport(options)),
    'learn report --language de',
  );
  example(
    learn
      .command('decide')
      .description('say yes or no to something that `learn report` puts forward')
      .argument('<proposal>', 'as the report names it')
      .argument('<yes|no>')
      .option('--similar', 'a pairing that is similar in the sense of UWG §7(3): no consent needed')
      .option('--out <file>', 'where the new development’s file goes')
      .addOption(json())
      .action(async (proposal, answer, options) =>
        (await import('../learn-decide.ts')).learnDecide(proposal, answer, options),
      ),
    'learn decide 42 yes --out fernwartung.yaml',
  );
  example(
    learn
      .command('evaluate')
      .description('what another way of choosing offers would have earned, from what was sent')
      .addOption(
        new Option('--policy <policy>', 'uniform: by lot; greedy: always the best so far; thompson: ours')
          .choices(['uniform', 'greedy', 'thompson'])
          .makeOptionMandatory(),
      )
      .option('--since <day>', 'only mails since that day (YYYY-MM-DD)')
      .addOption(language())
      .addOption(json())
      .action(async (options) => (await import('../learn-evaluate.ts')).learnEvaluate(options)),
    'learn evaluate --policy uniform',
  );
  example(
    learn
      .command('now')
      .description('learn from what was answered since the last night, and breed, as the night does')
      .addOption(json())
      .action(async (options) => (await import('../learn.ts')).learnNow(options)),
    'learn now',
  );
}
