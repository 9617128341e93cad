import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { dayOf } from '../../../compose/day.ts';
import { KINDS } from '../../../library/edit/place.ts';
import { firstOf } from '../../bodies.ts';
import { consoleLanguage, sendConsole } from '../page.ts';
import { campaignsUnderWay } from './in-use.ts';
import { listView, SHOW } from './list-view.ts';
import { areExamples, knownLibrary, type LibraryTools, mailFiles, mayEdit, pictureFiles } from './tools.ts';

const words = firstOf(z.string().trim().max(200)).catch('').default('');
const asked = z.object({
  kind: firstOf(z.enum(KINDS)).catch('developments').default('developments'),
  q: words,
  product: words,
  show: firstOf(z.enum(SHOW)).catch('all').default('all'),
  done: firstOf(z.enum(['removed', 'uploaded']))
    .nullable()
    .catch(null)
    .default(null),
});

/** What there is in the library, what is in use, and how well it works. */
export function listRoutes(app: FastifyInstance, tools: LibraryTools): void {
  app.get('/library', async (request, reply) => {
    const { done, ...given } = asked.parse(request.query);
    const { library, problems } = await knownLibrary(tools);
    const [use, underWay, files, pictures] = await Promise.all([
      tools.use(library),
      campaignsUnderWay(tools.db),
      given.kind === 'mail' ? mailFiles(tools.folders) : [],
      given.kind === 'pictures' ? pictureFiles(tools.folders) : [],
    ]);
    const view = listView({
      asked: given,
      library,
      problems,
      use,
      underWay,
      files,
      pictures,
      language: consoleLanguage(request),
      today: dayOf(tools.now(), library.settings.nightly.timeZone),
    });
    return sendConsole(tools, request, reply, {
      name: 'library',
      place: 'library',
      data: {
        ...view,
        done,
        examples: areExamples(tools.folders),
        mayEdit: mayEdit(request, given.kind),
      },
    });
  });
}
