import { Command, CommanderError } from 'commander';
import { UserError } from '../base/usererror.js';
import { version } from '../measure/version.js';
import { type CommandName, commandNames, commands, examplesText, isCommandName } from './commands.js';
import { withTodaysNames } from './options/renamed.js';
import { heedRepeated } from './options/repeated.js';

const [, , first = '', ...more] = process.argv;

const shell = 'Help and shell:';
const completions = 'print completions for bash, zsh or fish: source <(dirtybench complete bash)';

/** All commands; those that are not asked for have only their name and summary, so that their modules are not loaded. */
async function program(): Promise<Command> {
  const root = new Command('dirtybench')
    .description('What it costs to find the pages a guest has written.')
    .usage('COMMAND [options]')
    .version(version)
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'dirtybench: ')) })
    .showSuggestionAfterError()
    .addHelpText('after', '\n`dirtybench COMMAND --help` has the options of a command, with examples.');
  for (const name of commandNames) {
    const command = isAsked(name) ? await load(name) : new Command(name).description(commands[name].summary);
    root.addCommand(command.helpGroup(commands[name].group).copyInheritedSettings(root));
    for (const part of command.commands) part.copyInheritedSettings(root);
  }
  if (first === 'complete') (await import('@bomb.sh/tab/commander')).default(root);
  else root.addCommand(new Command('complete').description(completions).helpGroup(shell));
  const help = new Command('help').argument('[command]').description('show the help of a command').helpGroup(shell);
  return root.addHelpCommand(help);
}

/** `complete` and `help` want to know every option. */
function isAsked(name: CommandName): boolean {
  return name === first || first === 'complete' || (first === 'help' && more.includes(name));
}

async function load(name: CommandName): Promise<Command> {
  const { summary, load: loadCommand } = commands[name];
  const command = (await loadCommand()).summary(summary).addHelpText('after', examplesText(name));
  for (const part of command.commands) part.addHelpText('after', examplesText(name, part.name()));
  heedRepeated(command);
  return command;
}

async function main(): Promise<number> {
  try {
    const words = isCommandName(first) ? withTodaysNames(first, more) : more;
    await (await program()).parseAsync(first === '' ? [] : [first, ...words], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const isUsers = error instanceof UserError;
    process.stderr.write(`dirtybench: ${isUsers ? error.message : inspect(error)}\n`);
    return isUsers ? error.exitCode : 1;
  }
}

/** A fault of dirtybench itself: all that is known of it. */
function inspect(error: unknown): string {
  return `this is a fault of dirtybench, please report it: ${error instanceof Error ? error.stack : String(error)}`;
}

// Whoever reads our output may stop reading, as `head` does: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await main();
