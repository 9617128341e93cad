import type { WebContext } from '../context.ts';

/** Logs what went wrong behind a page that has come without it. */
export const noteFailure =
  ({ log }: Pick<WebContext, 'log'>, route: string) =>
  (error: unknown): void =>
    log('error', {
      route,
      status: 500,
      error: error instanceof Error ? `${error.name}: ${error.message}` : 'Error',
    });
