/** Prints one line of a server at once. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Resolves when the process is asked to end, by SIGTERM or Ctrl-C, or when the process that measures with it is gone. */
export function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    const asked = () => resolve();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, asked);
    process.once('disconnect', asked);
    // Listening for 'disconnect' makes the IPC channel keep the process alive: a server whose guest may not go on would not exit.
    process.channel?.unref();
  });
}
