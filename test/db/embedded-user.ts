/**
 * A process that uses an embedded database until its standard input ends: `node embedded-user.ts HOME [UID]`.
 * Says {"url": …} or {"code": …, "message": …} on a line of its own, and {"closed": true} at the end.
 */
import { once } from 'node:events';
import { openEmbeddedDatabase } from '../../src/db/embedded.ts';

const [home = '', uid] = process.argv.slice(2);
if (uid) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
const say = (fact: object) => console.log(JSON.stringify(fact));
try {
  const database = await openEmbeddedDatabase({ home, log: (message) => console.error(message) });
  say({ url: database.url });
  process.stdin.resume();
  await once(process.stdin, 'end');
  await database.close();
  say({ closed: true });
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  say({ code, message });
}
