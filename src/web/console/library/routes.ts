import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';
import { editRoutes } from './edit.ts';
import { entryRoutes } from './entry.ts';
import { historyRoutes } from './history.ts';
import { listRoutes } from './list.ts';
import { lookRoutes } from './look.ts';
import { makeRoutes } from './make.ts';
import { rememberUse } from './use.ts';

/** Content files: what there is, and editing them. Without folders of content there is nothing to show. */
export function libraryRoutes(app: FastifyInstance, context: WebContext): void {
  const { libraryDir, templatesDir } = context.config;
  if (libraryDir === undefined || templatesDir === undefined) return;
  const tools = { ...context, folders: { libraryDir, templatesDir }, use: rememberUse(context) };
  listRoutes(app, tools);
  makeRoutes(app, tools);
  entryRoutes(app, tools);
  editRoutes(app, tools);
  lookRoutes(app, tools);
  historyRoutes(app, tools);
}
