import type { FastifyRequest } from 'fastify';
import type { WebContext } from '../../context.ts';
import type { PageFrame } from '../../pages.ts';
import { rootOf } from '../../root.ts';
import { consoleLanguage } from '../page.ts';
import type { Memo } from './memo.ts';
import type { Streams } from './stream.ts';

/** What the pages of this area share. */
export interface CampaignTools extends WebContext {
  memo: Memo;
  streams: Streams;
}

/** What a piece of a page is rendered with that is sent by itself. @param path of the page that it goes into */
export async function frameOf(tools: WebContext, request: FastifyRequest, path: string): Promise<PageFrame> {
  const library = await tools.publicContent.library();
  return {
    language: consoleLanguage(request),
    root: rootOf(path),
    timeZone: library?.settings.nightly.timeZone ?? 'Europe/Berlin',
  };
}
