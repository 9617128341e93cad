import type { FastifyInstance } from 'fastify';
import type { Database } from '../../src/db/connect.ts';
import { createLinks } from '../../src/links/links.ts';
import { contentSource } from '../../src/render/content.ts';
import type { ContentFolders } from '../../src/render/load-content.ts';
import { createWeb } from '../../src/web/web.ts';

const SECRET = 'a secret of the bench, long enough for links';

/** The console as it is for whoever sits at the machine, without a port. */
export function openConsole(given: {
  db: Database;
  folders: ContentFolders;
  now: Date;
}): Promise<FastifyInstance> {
  const { db, folders } = given;
  const now = () => given.now;
  const publicUrl = 'http://localhost:3000';
  return createWeb({
    db,
    config: { host: '127.0.0.1', port: 0, publicUrl, password: null, ...folders },
    content: contentSource({ db, ...folders, publicUrl }),
    secret: SECRET,
    randomKey: 'bench',
    links: createLinks({ secret: SECRET, publicUrl, now }),
    now,
  });
}
