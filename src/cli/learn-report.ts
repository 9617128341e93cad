import type { App } from '../app.ts';
import type { Language } from '../domain/customer.ts';
import { makeReport } from '../learn/report/report.ts';
import { tell } from '../learn/report/tell.ts';
import { learnView } from '../web/console/learn-view.ts';
import { crmNames } from '../web/crm-names.ts';
import { createPages } from '../web/pages.ts';
import { learnText } from './learn-text.ts';
import { writePrivateFile } from './private-file.ts';
import { type Common, print, withApp } from './session.ts';

export interface LearnReportOptions extends Common {
  language?: Language;
  /** Where the page goes. */
  out?: string;
}

/** What was tried, what works, what it cost and brought, and what a person has to decide. */
export async function learnReport(options: LearnReportOptions): Promise<void> {
  const language = options.language ?? 'en';
  await withApp(async (app) => {
    const { library, matchProduct } = await app.content.library();
    const report = await makeReport(app.db, { library, matchProduct, now: app.now() });
    const told = tell(report, { language, library, crm: await crmNames(app) });
    if (options.out !== undefined) {
      await writePrivateFile(options.out, await learnPage(app, { told, language }));
    }
    print(options, report, () => learnText(told));
  });
}

/** The report as one file that needs nothing else: a page without a console around it. */
export async function learnPage(
  app: Pick<App, 'config'>,
  { told, language }: { told: ReturnType<typeof tell>; language: Language },
): Promise<string> {
  const pages = createPages(app.config.templatesDir);
  const styles = (await pages.asset('spielbein.css'))?.toString('utf8') ?? '';
  return await pages.render(
    'learn-file',
    { language, root: '', timeZone: 'UTC' },
    { view: learnView(told), styles, fixed: true },
  );
}
