import { openApp } from '../app.ts';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import { bounces } from './doctor-bounces.ts';
import { content, database, redis, senderDomain, smtp } from './doctor-connections.ts';
import { crm } from './doctor-crm.ts';
import { dkim } from './doctor-dkim.ts';
import { settings, versions } from './doctor-settings.ts';
import { signIn } from './doctor-sign-in.ts';
import { unsubscribes } from './doctor-unsubscribes.ts';
import { writeBack } from './doctor-write-back.ts';
import { FAILED, WRONG_USAGE } from './exit.ts';
import { type Finding, message, wrong } from './finding.ts';
import { green, red, yellow } from './output.ts';
import { type Common, print } from './session.ts';

/** Checks everything a person could have set wrong, and says it in plain words. Changes nothing, sends nothing. */
export async function doctor(options: Common): Promise<void> {
  const findings: Finding[] = [];
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) {
      const [name = 'configuration', ...says] = problem.split(' ');
      findings.push(wrong(name, says.join(' ')));
    }
    show(options, findings);
    process.exitCode = WRONG_USAGE;
    return;
  }
  findings.push(...settings(config), versions());
  try {
    const app = await openApp(config);
    try {
      findings.push(
        ...(await database(app)),
        await content(app),
        ...(await crm(app)),
        ...(await unsubscribes(app)),
        ...(await writeBack(app)),
      );
    } finally {
      await app.close();
    }
  } catch (error) {
    findings.push(wrong('DATABASE_URL', message(error)));
  }
  findings.push(
    ...(await redis(config)),
    ...(await smtp(config)),
    ...(await senderDomain(config)),
    ...(await dkim(config)),
    ...(await bounces(config)),
    ...(await signIn(config)),
  );
  show(options, findings);
  if (findings.some((f) => f.status === 'wrong')) process.exitCode = FAILED;
}

function show(options: Common, findings: Finding[]): void {
  const mark = { ok: green('ok'), note: yellow('note'), wrong: red('wrong') };
  const bad = findings.filter((f) => f.status === 'wrong').length;
  print(options, { ok: bad === 0, findings }, () =>
    [
      ...findings.map(
        (f) => `${mark[f.status]}${' '.repeat(6 - f.status.length)} ${f.about.padEnd(22)} ${f.says}`,
      ),
      '',
      bad === 0 ? 'Nothing is wrong.' : `${bad} ${bad === 1 ? 'thing is' : 'things are'} wrong.`,
    ].join('\n'),
  );
}
