#!/usr/bin/env node
import { lackOfFiles } from './descriptors.js';

const lack = lackOfFiles();
if (lack === null) {
  await import('./program.js');
} else {
  process.stderr.write(`dirtybench: ${lack}\n`);
  process.exitCode = 2;
}
