import type { CommandName } from '../commands.js';

/** What options of dirtybench 0.1.0 are called now; the old names work as the new ones do. */
const renamed: Partial<Record<CommandName, Readonly<Record<string, string>>>> = {
  table1: { '--modes': '--tracker', '--seconds': '--duration' },
  downtime: { '--modes': '--tracker', '--seconds': '--duration' },
  primary: { '--mode': '--tracker' },
  standby: { '--mode': '--tracker', '--most-memory': '--max-memory' },
};

/** The words of a command line with the names of today, whichever were typed. */
export function withTodaysNames(command: CommandName, words: readonly string[]): string[] {
  const names = renamed[command] ?? {};
  return words.map((word) => {
    const [name = '', ...value] = word.split('=');
    return Object.hasOwn(names, name) ? [names[name], ...value].join('=') : word;
  });
}
