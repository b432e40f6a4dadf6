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
    // To listen for its end makes the channel keep the process alive, also one that ends by itself because its guest may not go on.
    process.channel?.unref();
  });
}
