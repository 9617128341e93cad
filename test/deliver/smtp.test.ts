import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { smtpTransport } from '../../src/deliver/transport.ts';

interface Talk {
  say(line: string): void;
  hangUp(): void;
  /** What this conversation remembers. */
  memory: Record<string, number>;
  inData: boolean;
  body: string[];
}

/** A server that answers line by line, for what no library's server would do. */
async function scripted(on: (line: string, talk: Talk) => boolean | undefined) {
  const bodies: string[] = [];
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    socket.on('error', () => {});
    const say = (line: string) => socket.write(`${line}\r\n`);
    const talk: Talk = { say, hangUp: () => socket.destroy(), memory: {}, inData: false, body: [] };
    say('220 scripted');
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (talk.inData && line !== '.') {
          talk.body.push(line);
          continue;
        }
        if (talk.inData) {
          talk.inData = false;
          bodies.push(talk.body.splice(0).join('\n'));
          say('250 2.0.0 queued');
          continue;
        }
        if (on(line, talk)) continue;
        if (line === 'DATA') {
          talk.inData = true;
          say('354 go');
        } else say(line === 'QUIT' ? '221 bye' : '250 ok');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as net.AddressInfo;
  return { port, bodies, connections: () => connections };
}

function transportTo(...urls: string[]) {
  const transport = smtpTransport(urls);
  onTestFinished(() => {
    transport.abort();
    return transport.close();
  });
  return transport;
}

const mail = (to: string) => ({
  envelope: { from: 'a@orvelin.test', to },
  raw: Buffer.from(`To: ${to}\r\n\r\nfor ${to} alone\r\n`),
});
const yes = { wanted: () => true, begin: async () => true };

describe('a server that does not keep to the protocol', () => {
  it('answers after 354 while the ledger is asked: nothing flows into the next mail', async () => {
    let first = true;
    const server = await scripted((line, { say }) => {
      if (line !== 'DATA' || !first) return undefined;
      first = false;
      say('354 go');
      setTimeout(() => say('451 4.3.0 queue file write error'), 20);
      return true;
    });
    const transport = transportTo(`smtp://127.0.0.1:${server.port}?maxConnections=1`);
    const ledger = Promise.withResolvers<boolean>();
    const turn = { wanted: () => true, begin: () => ledger.promise };
    const alice = transport.send(mail('alice@x.test'), turn);
    const bob = transport.send(mail('bob@x.test'), turn);
    await sleep(150);
    ledger.resolve(true);
    expect((await alice).kind).toBe('later');
    expect((await bob).kind).toBe('sent');
    expect(server.bodies).toEqual(['To: bob@x.test\n\nfor bob@x.test alone']);
  });

  it('says 250 before it has seen a byte: that mail was not sent', async () => {
    const server = await scripted((line, { say }) => {
      if (line !== 'DATA') return undefined;
      say('354 go');
      say('250 2.0.0 queued as nothing');
      return true;
    });
    const transport = transportTo(`smtp://127.0.0.1:${server.port}`);
    const begin = () => sleep(100).then(() => false);
    expect((await transport.send(mail('a@x.test'), { ...yes, begin })).kind).toBe('later');
  });

  it('breaks off while the ledger is asked: the answer is not carried to another connection', async () => {
    const server = await scripted((line, talk) => {
      if (line !== 'DATA' || server.connections() > 1) return undefined;
      talk.memory.mails = (talk.memory.mails ?? 0) + 1;
      if (talk.memory.mails < 2) return undefined;
      talk.say('354 go');
      setTimeout(() => talk.hangUp(), 20);
      return true;
    });
    const transport = transportTo(`smtp://127.0.0.1:${server.port}?maxConnections=1`);
    await transport.send(mail('first@x.test'));
    const outcome = await transport.send(mail('second@x.test'), {
      ...yes,
      begin: () => sleep(100).then(() => true),
    });
    expect(outcome).toMatchObject({ kind: 'later', cause: 'dropped' });
    expect(server.bodies).toHaveLength(1);
  });

  it('talks for ever without saying anything: it is given up', async () => {
    const server = await scripted((line, { say }) => {
      if (!line.startsWith('RCPT')) return undefined;
      const timer = setInterval(() => say('250-wait'), 50);
      onTestFinished(() => clearInterval(timer));
      return true;
    });
    const transport = transportTo(`smtp://127.0.0.1:${server.port}?socketTimeout=200`);
    expect(await transport.send(mail('a@x.test'))).toMatchObject({ kind: 'later', cause: 'silent' });
  });

  it('is silent about one recipient: one time-out, not two', async () => {
    const server = await scripted((line) => line.startsWith('RCPT TO:<slow'));
    const transport = transportTo(`smtp://127.0.0.1:${server.port}?maxConnections=1&socketTimeout=300`);
    await transport.send(mail('a@x.test'));
    const begin = performance.now();
    expect(await transport.send(mail('slow@x.test'))).toMatchObject({ kind: 'later', cause: 'silent' });
    expect(performance.now() - begin).toBeLessThan(550);
    expect(server.connections()).toBe(1);
  });
});

describe('a server that ends connections', () => {
  it.each(['MAIL', 'RCPT'])('after some mails, with 421 at %s: the mail goes over a new one', async (at) => {
    const server = await scripted((line, { say, hangUp, memory }) => {
      if (!line.startsWith(at)) return undefined;
      memory.mails = (memory.mails ?? 0) + 1;
      if (memory.mails <= 2) return undefined;
      say('421 4.4.2 enough for this connection');
      hangUp();
      return true;
    });
    const transport = transportTo(`smtp://127.0.0.1:${server.port}?maxConnections=1`);
    for (let n = 0; n < 5; n++) expect((await transport.send(mail(`p${n}@x.test`))).kind).toBe('sent');
    expect(server.connections()).toBe(3);
  });

  it('does not answer while we sign in: told to stop, we do', async () => {
    const server = await scripted((line, { say }) => {
      if (line.startsWith('EHLO')) {
        say('250-scripted');
        say('250 AUTH PLAIN');
        return true;
      }
      return line.startsWith('AUTH');
    });
    const transport = transportTo(`smtp://u:p@127.0.0.1:${server.port}`);
    const sending = transport.send(mail('a@x.test'));
    await sleep(100);
    transport.abort();
    expect((await sending).kind).toBe('recalled');
  });
});

describe('several servers', () => {
  const wrongPassword = () =>
    scripted((line, { say }) => {
      if (line.startsWith('EHLO')) {
        say('250-scripted');
        say('250 AUTH PLAIN');
        return true;
      }
      if (!line.startsWith('AUTH')) return undefined;
      say('535 5.7.8 no');
      return true;
    });

  it('the first one’s reason counts: a person is needed only when it is the one that refuses us', async () => {
    const { port } = await wrongPassword();
    const wrong = `smtp://u:p@127.0.0.1:${port}`;
    const away = 'smtp://127.0.0.1:1';
    const first = await transportTo(wrong, away).send(mail('a@x.test'));
    expect(first).toMatchObject({ kind: 'unreachable', needsPerson: true });
    const second = await transportTo(away, wrong).send(mail('a@x.test'));
    expect(second).toMatchObject({ kind: 'unreachable', needsPerson: false });
  });

  it('a first one that hangs costs one time-out, not one for each mail in line', async () => {
    const hung = net.createServer(() => {});
    await new Promise<void>((resolve) => hung.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      hung.close();
    });
    const good = await scripted(() => undefined);
    const { port } = hung.address() as net.AddressInfo;
    const transport = transportTo(
      `smtp://127.0.0.1:${port}?greetingTimeout=400&maxConnections=1`,
      `smtp://127.0.0.1:${good.port}`,
    );
    const begin = performance.now();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, n) => transport.send(mail(`p${n}@x.test`))),
    );
    expect(outcomes.map((o) => o.kind)).toEqual(Array(8).fill('sent'));
    expect(performance.now() - begin).toBeLessThan(1200);
  });
});
