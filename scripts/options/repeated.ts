import { type Command, InvalidArgumentError } from 'commander';

/**
 * Settles what options given twice mean, in a command and its subcommands: lists are joined, a second single value is
 * refused.
 */
export function heedRepeated(command: Command): void {
  for (const part of command.commands) heedRepeated(part);
  for (const option of command.options) {
    if (option.isBoolean()) continue;
    const parse = option.parseArg ?? ((text: string) => text);
    let before: unknown;
    option.argParser((text: string): unknown => {
      const value = parse(text, undefined);
      if (before === undefined) before = value;
      else if (Array.isArray(before) && Array.isArray(value)) before = [...before, ...value];
      else throw new InvalidArgumentError('it was given before: give it once.');
      return before;
    });
  }
}
