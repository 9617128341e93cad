import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { findProgram } from './system-program.ts';

export interface DovecotStand {
  /** `imap://…`, with any user's name. */
  url: string;
  port: number;
  /** Puts a message into the inbox, as a mail server would (maildir). */
  deliver(raw: Buffer): void;
  /** How many messages are unread. */
  unread(): number;
  stop(): Promise<void>;
}

export const DOVECOT_PASSWORD = 'p@ss:wort/ü';

/** Debian's "nobody" and "nogroup": Dovecot refuses to touch mail as root. */
const NOBODY = 65534;

/** A real IMAP server on a port of its own, run by a user without rights; null where there is none to be had. */
export async function dovecotStand(): Promise<DovecotStand | null> {
  const program = await findProgram({
    names: ['dovecot', '/usr/sbin/dovecot'],
    debian: 'dovecot-imapd',
    tests: 'Tests of the bounce mailbox',
  });
  if (!program) return null;
  const root = process.getuid?.() === 0;
  const { uid, gid, username } = root ? { uid: NOBODY, gid: NOBODY, username: 'nobody' } : userInfo();
  const group = root ? 'nogroup' : `${gid}`;
  // Sockets live in there, whose paths must be short.
  const dir = mkdtempSync(join(tmpdir(), 'dc-'));
  const inbox = join(dir, 'mail');
  const folders = ['', 'new', 'cur', 'tmp'].map((name) => join(inbox, name));
  for (const folder of folders) mkdirSync(folder);
  const port = await freePort();
  const config = join(dir, 'dovecot.conf');
  writeFileSync(
    config,
    `
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/log
listen = 127.0.0.1
protocols = imap
ssl = no
default_internal_user = ${username}
default_internal_group = ${group}
default_login_user = ${username}
first_valid_uid = ${uid}
first_valid_gid = ${gid}
auth_failure_delay = 0
mail_location = maildir:${inbox}
passdb {
  driver = static
  args = password=${DOVECOT_PASSWORD}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${dir}
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
`,
  );
  if (root) for (const each of [dir, ...folders, config]) chownSync(each, uid, gid);
  const child = spawn(program, ['-F', '-c', config], { stdio: 'ignore', ...(root ? { uid, gid } : {}) });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await answers(port);
  let count = 0;
  return {
    url: `imap://${encodeURIComponent('bounces@orvelin.test')}:${encodeURIComponent(DOVECOT_PASSWORD)}@127.0.0.1:${port}`,
    port,
    deliver(raw) {
      const file = join(inbox, 'new', `${Date.now()}.${++count}.test`);
      writeFileSync(file, raw);
      if (root) chownSync(file, uid, gid);
    },
    unread: () =>
      readdirSync(join(inbox, 'new')).length +
      readdirSync(join(inbox, 'cur')).filter((name) => !/:2,.*S/.test(name)).length,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.end());
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error('Dovecot does not answer.');
}
