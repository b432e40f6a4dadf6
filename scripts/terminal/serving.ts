/** Prints one line of a server at once. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Resolves when the process is asked to end, by SIGTERM or Ctrl-C. */
export function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}
