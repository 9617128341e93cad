import { type Command, Option } from 'commander';
import { ROLES } from '../../domain/person.ts';
import { collect, example, json, number, whole } from './options.ts';

/** Who may sign in to the console. */
export function addAccounts(program: Command): void {
  const people = program.command('people').description('who may sign in to the console, and as what');
  const ownPassword = () => new Option('--password-stdin', 'read the password from standard input');
  example(
    people
      .command('list')
      .description('all accounts, closed ones last')
      .addOption(json())
      .action(async (options) => (await import('../people.ts')).list(options)),
    'people list',
  );
  example(
    people
      .command('add <email>')
      .description('make an account, with a password that is shown once; opens a closed one again')
      .requiredOption('--name <name>', 'as the audit log calls them')
      .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).default('viewer'))
      .addOption(ownPassword())
      .option('--no-password', 'signs in by single sign-on only')
      .addOption(json())
      .action(async (email, options) => (await import('../people.ts')).add(email, options)),
    'people add kim@orvelin.example --name "Kim Adler" --role admin',
  );
  example(
    people
      .command('role <email> <role>')
      .description(`another role: ${ROLES.join(', ')}; holds at once`)
      .addOption(json())
      .action(async (email, role, options) => (await import('../people.ts')).role(email, role, options)),
    'people role kim@orvelin.example marketer',
  );
  example(
    people
      .command('password <email>')
      .description('a new password, shown once; ends all sessions')
      .addOption(ownPassword())
      .addOption(json())
      .action(async (email, options) => (await import('../people.ts')).password(email, options)),
    'people password kim@orvelin.example',
  );
  example(
    people
      .command('close <email>')
      .description('no entry any more, from now on')
      .addOption(json())
      .action(async (email, options) => (await import('../people.ts')).close(email, options)),
    'people close kim@orvelin.example',
  );

  const token = program.command('token').description('tokens of programs that use the API');
  example(
    token
      .command('list')
      .description('all tokens, those that hold first')
      .addOption(json())
      .action(async (options) => (await import('../token.ts')).list(options)),
    'token list',
  );
  example(
    token
      .command('make <name>')
      .description('a token that is shown once')
      .option(
        '--scope <scope>',
        'campaigns:read, campaigns:write, results:read, segments:read or purchases:write (may be repeated)',
        collect,
      )
      .option('--days <days>', 'how long it holds; otherwise a year', whole(1, 730))
      .addOption(json())
      .action(async (name, options) => (await import('../token.ts')).make(name, options)),
    'token make Shop --scope purchases:write',
  );
  example(
    token
      .command('revoke <id>')
      .description('it opens nothing any more, from now on')
      .addOption(json())
      .action(async (id, options) => (await import('../token.ts')).revoke(number(id), options)),
    'token revoke 3',
  );
}
