#!/usr/bin/env node
import { lackOfFiles } from './descriptors.js';

const lack = lackOfFiles();
if (lack === null) {
  const { main } = await import('./program.js');
  // Whoever reads our output may stop reading, as `head` does: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write(`dirtybench: ${lack}\n`);
  process.exitCode = 2;
}
