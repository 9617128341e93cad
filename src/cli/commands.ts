import type { Command } from 'commander';
import { addAccounts } from './commands/accounts.ts';
import { addCampaign } from './commands/campaign.ts';
import { addCrm } from './commands/crm.ts';
import { addLearning } from './commands/learn.ts';
import { addMailtest } from './commands/mailtest.ts';
import { addPeople } from './commands/people.ts';
import { addReturns } from './commands/returns.ts';
import { addRounds } from './commands/rounds.ts';
import { addRunning } from './commands/running.ts';

/**
 * The commands of the README's table, in the order in which `--help` shows them. Each action imports what it needs
 * when it runs, so that `--help` stays quick.
 */
export function addCommands(program: Command): void {
  addRunning(program);
  addCampaign(program);
  addPeople(program);
  addReturns(program);
  addRounds(program);
  addLearning(program);
  addCrm(program);
  addMailtest(program);
  addAccounts(program);
}
