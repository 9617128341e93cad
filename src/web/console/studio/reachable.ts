import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { linkedPages } from '../../../check/linked-pages.ts';
import { checkReachable, pagesOf } from '../../../check/reachable/reachable.ts';
import type { Content } from '../../../render/content.ts';
import type { Preview } from '../../../studio/preview.ts';
import { firstOf } from '../../bodies.ts';
import type { WebContext } from '../../context.ts';
import { consoleLanguage, sendConsole } from '../page.ts';
import { type Asked, askedOf, linkTo } from './asked.ts';
import { findingGroups } from './findings.ts';
import { queryOf } from './view-query.ts';

const form = z.object({ view: firstOf(z.string().max(8000)).default('') });
/** Runs at a time; each waits for strangers' servers. */
const AT_ONCE = 2;

/**
 * Tries the pages that the mail on screen leads to. Only for those who may change something, and only when they ask:
 * it makes this server call others, so every address is looked at before (src/check/reachable).
 */
export function reachableRoutes(
  app: FastifyInstance,
  context: WebContext,
  previewOf: (asked: Asked) => Promise<{ content: Content; preview: Preview }>,
): void {
  let running = 0;
  app.post('/preview/reachable', async (request, reply) => {
    const posted = form.safeParse(request.body ?? {});
    const view = posted.success ? posted.data.view : '';
    const asked = askedOf.parse(queryOf(view));
    const page = (data: object) =>
      sendConsole(context, request, reply, {
        name: 'studio-checks',
        place: 'studio',
        data: { back: `../preview${linkTo(asked)}`, view: linkTo(asked), groups: [], ...data },
      });
    if (running >= AT_ONCE) return page({ busy: true });
    running += 1;
    try {
      const made = await previewOf(asked).catch(() => null);
      if (made?.preview.kind !== 'mail') return await page({ broken: true });
      const { mail, composition } = made.preview;
      const { publicUrl } = context.config;
      const targets = linkedPages(composition, made.content.library);
      const pages = pagesOf({ html: mail.html, targets }, publicUrl);
      const findings = await checkReachable(pages, { allowed: [new URL(publicUrl).origin] });
      const groups = findingGroups(findings, consoleLanguage(request));
      return await page({ groups, tried: { count: pages.length } });
    } finally {
      running -= 1;
    }
  });
}
