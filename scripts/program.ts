import { Command, CommanderError } from 'commander';
import { UserError } from '../base/usererror.js';
import { version } from '../measure/version.js';
import { type CommandName, commandNames, commands, examplesText, isCommandName } from './commands.js';
import { withTodaysNames } from './options/renamed.js';
import { heedRepeated } from './options/repeated.js';

const shell = 'Help and shell:';
const completions = 'print completions for bash, zsh or fish: source <(dirtybench complete bash)';

/** All commands; those that are not asked for have only their name and summary, so that their modules are not loaded. */
async function program([first = '', ...more]: readonly string[]): Promise<Command> {
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
    // `complete` wants to know every option of every command, `help` those of the command that is named.
    const isAsked = name === first || first === 'complete' || (first === 'help' && more.includes(name));
    const command = isAsked ? await load(name) : new Command(name).description(commands[name].summary);
    root.addCommand(command.helpGroup(commands[name].group).copyInheritedSettings(root));
    for (const part of command.commands) part.copyInheritedSettings(root);
  }
  // The package makes `complete` of all commands' options; otherwise its line in the list of commands is enough.
  if (first === 'complete') (await import('@bomb.sh/tab/commander')).default(root);
  else root.addCommand(new Command('complete').description(completions).helpGroup(shell));
  const help = new Command('help').argument('[command]').description('show the help of a command').helpGroup(shell);
  return root.addHelpCommand(help);
}

async function load(name: CommandName): Promise<Command> {
  const { summary, load: loadCommand } = commands[name];
  const command = (await loadCommand()).summary(summary).addHelpText('after', examplesText(name));
  for (const part of command.commands) part.addHelpText('after', examplesText(name, part.name()));
  heedRepeated(command);
  return command;
}

/**
 * Runs what is typed after `dirtybench`, to its end, and returns the exit code; what goes wrong is said on standard error, in a line
 * where it is the user's.
 */
export async function main(typed: readonly string[]): Promise<number> {
  const [first = '', ...more] = typed;
  try {
    const words = isCommandName(first) ? [first, ...withTodaysNames(first, more)] : typed;
    await (await program(typed)).parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed its message already; it also throws after `--help` and `--version`, with exit code 0.
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
