import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LibraryError } from '../../../library/problem.ts';
import { TemplateError } from '../../../render/template-error.ts';
import { checkEdit, contentWith, type EditProblem } from '../../../studio/editing/check.ts';
import { mailOfPieces } from '../../../studio/piece.ts';
import { COMMON_HEADERS } from '../../headers.ts';
import { rootOf } from '../../root.ts';
import { consoleLanguage, missing } from '../page.ts';
import { sendFrame } from '../studio/mail-frame.ts';
import { bytesOf, EDIT_BYTES, readEditForm } from './edit-form.ts';
import { piecesOf, withExcerpts } from './entry.ts';
import { type LibraryTools, mayEdit, placeIn, refuseEdit } from './tools.ts';

/** As for pages, but inside our own. */
const FRAMED = (COMMON_HEADERS['content-security-policy'] ?? '').replace(
  "frame-ancestors 'none'",
  "frame-ancestors 'self'",
);

/** What a mail would be with an edit that is not saved: the form's frame asks for it. */
export function lookRoutes(app: FastifyInstance, tools: LibraryTools): void {
  /** Words in the frame, where there is no mail to show. */
  async function sendWords(request: FastifyRequest, reply: FastifyReply, data: object) {
    const frame = { language: consoleLanguage(request), root: rootOf(request.url), timeZone: 'UTC' };
    const html = await tools.pages.render('library-look', frame, data);
    return reply.header('content-security-policy', FRAMED).type('text/html; charset=utf-8').send(html);
  }

  app.get('/library/:kind/:id/look', (request, reply) =>
    placeIn(request) ? sendWords(request, reply, { says: 'first' }) : missing(tools, request, reply),
  );

  app.post('/library/:kind/:id/look', { bodyLimit: EDIT_BYTES }, async (request, reply) => {
    const place = placeIn(request);
    const posted = place && readEditForm(place, request.body);
    if (!place || !posted || place.kind === 'pictures') return missing(tools, request, reply);
    if (!mayEdit(request, place.kind)) return refuseEdit(tools, request, reply);
    const { publicUrl } = tools.config;
    const language = posted.in ?? consoleLanguage(request);
    const edit = { place, data: bytesOf(posted, null) };
    const say = (problems: readonly EditProblem[]) =>
      sendWords(request, reply, {
        problems: withExcerpts(problems, place, posted.text),
        says: 'nothing',
      });
    if (posted.unwritten) return say([]);
    const { errors } = await checkEdit(tools.folders, edit);
    if (errors.length > 0) return say(errors);
    try {
      const content = await contentWith({ ...tools.folders, publicUrl }, edit);
      if (content instanceof TemplateError) return say([]);
      const contentIds = piecesOf(place, content.library);
      const mail = mailOfPieces(content, { contentIds, language, links: tools.links });
      if (!mail) return say([]);
      return sendFrame(reply, mail.html, {
        scheme: 'light',
        images: 'on',
        publicUrl,
        root: rootOf(request.url),
      });
    } catch (error) {
      if (error instanceof LibraryError || error instanceof TemplateError) return say([]);
      throw error;
    }
  });
}
