import { createInterface } from 'node:readline/promises';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import type { Language } from '../domain/customer.ts';
import { requireLibrary } from '../library/load.ts';
import { type AccountPlan, hubspotSetup, type Made } from '../sync/hubspot/setup.ts';
import { GROUP } from '../sync/hubspot/setup-plan.ts';
import { FAILED } from './exit.ts';
import { green, red, yellow } from './output.ts';
import { type Common, print } from './session.ts';

interface SetupOptions extends Common {
  yes?: boolean;
  language?: Language;
}

/**
 * Makes the properties in HubSpot that the settings name, after asking. Needs no database. Fails when it could not make
 * or see everything; not when nobody agreed.
 */
export async function setup(options: SetupOptions): Promise<void> {
  const config = loadConfig();
  const { hubspot, report } = (await requireLibrary(config.libraryDir)).settings;
  const account = hubspotSetup(accountOf(config), hubspot, AbortSignal.timeout(120_000));
  try {
    const plan = await account.plan(options.language ?? report.language);
    const asks = plan.make.length > 0 && !options.yes && !options.json && process.stdin.isTTY === true;
    if (asks) process.stdout.write(`${planLines(plan).join('\n')}\n\n`);
    const agreed = plan.make.length > 0 && (options.yes || (asks && (await agrees())));
    const made = agreed ? await account.make(plan) : [];
    print(options, { ...plan, made }, () =>
      [...(asks ? [] : planLines(plan)), ...outcome(plan, made)].join('\n'),
    );
    const failed = made.some(({ outcome }) => outcome === 'failed');
    if (failed || plan.trouble.length > 0 || plan.unseen.length > 0) process.exitCode = FAILED;
  } finally {
    account.close();
  }
}

function accountOf({ hubspot }: Config) {
  if (hubspot) {
    const { accessToken, baseUrl, apiVersion } = hubspot;
    return { accessToken: accessToken.reveal(), baseUrl, apiVersion };
  }
  throw new ConfigError([
    'HUBSPOT_ACCESS_TOKEN is missing: without it there is no account to set up. docs/hubspot.md says how to get one.',
  ]);
}

async function agrees(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^(y|yes|j|ja)$/i.test((await terminal.question('Make this in HubSpot? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}

function planLines({ make, present, trouble, unseen }: AccountPlan): string[] {
  return [
    ...present.map(({ type, name }) => `${green('there')}    ${type}.${name}`),
    ...make.map(
      ({ type, body }) =>
        `${yellow('missing')}  ${type}.${body.name}: “${body.label}”, ${body.type}, in the group ${GROUP}\n         ${body.description}`,
    ),
    ...trouble.map(({ message }) => `${red('wrong')}    ${message}`),
    ...unseen.map(({ type, says }) => `${red('unseen')}   ${type}: ${says}`),
  ];
}

function outcome({ make }: AccountPlan, made: readonly Made[]): string[] {
  if (make.length === 0) return ['Nothing to make.'];
  if (made.length === 0) return ['Nothing was made. With --yes it is.'];
  return made.map(({ type, name, outcome, says }) => {
    if (outcome === 'failed') return `${red('failed')}   ${type}.${name}: ${says}`;
    return `${green(outcome === 'made' ? 'made' : 'there')}     ${type}.${name}`;
  });
}
