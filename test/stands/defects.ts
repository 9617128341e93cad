import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { z } from 'zod';
import { findProgram } from './system-program.ts';

/**
 * Python's e-mail package is the one parser that says what is wrong with a message instead of making the best of
 * it: in every part, and in every structured header (RFC 5322, 2045, 2047).
 */
const SCRIPT = `
import base64, email, email.policy, json, sys
found = []
for line in sys.stdin:
    message = email.message_from_bytes(base64.b64decode(line), policy=email.policy.default)
    defects = []
    try:
        for part in message.walk():
            part.get_content() if part.get_content_maintype() == 'text' else None
            defects += [repr(d) for d in part.defects]
            defects += [f'{name}: {d!r}' for name, value in part.items() for d in getattr(value, 'defects', ())]
    except Exception as error:
        defects.append(f'unreadable: {error!r}')
    found.append(defects)
json.dump(found, sys.stdout)
`;

const answer = z.array(z.array(z.string()));

/** What Python finds wrong with each of these messages; null without Python. */
async function pythonDefects(messages: readonly Buffer[]): Promise<string[][] | null> {
  const python = await findProgram({
    names: ['python3'],
    debian: 'python3',
    tests: 'Reading mails with Python',
  });
  if (!python) return null;
  const child = spawn(python, ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(messages.map((message) => `${message.toString('base64')}\n`).join(''));
  return answer.parse(JSON.parse(await text(child.stdout)));
}

/** A message without its parts, to see that defects are seen. */
const DEFECTIVE = Buffer.from('Content-Type: multipart/mixed\r\n\r\n');

/** No message may have a defect, as Python sees it. */
export async function expectNoDefects(messages: readonly Buffer[]): Promise<void> {
  const defects = await pythonDefects([DEFECTIVE, ...messages]);
  if (!defects) return;
  expect(defects.shift()).not.toEqual([]);
  expect(defects).toEqual(messages.map(() => []));
}

/** What a message must keep to as bytes: RFC 5322 (2.1.1, 2.3), and ASCII, which every server takes. */
export function expectPlainLines(message: Buffer): void {
  const raw = message.toString('latin1');
  expect(raw).toMatch(/\r\n$/);
  expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0\x80-\xff]/);
  const longest = Math.max(...raw.split('\r\n').map((line) => line.length));
  expect(longest).toBeLessThanOrEqual(998);
}
