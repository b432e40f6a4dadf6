import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fleetCommand } from '../../scripts/commands/fleet.js';
import { workerCommand } from '../../scripts/commands/worker.js';

const docs = new URL('../../../docs/', import.meta.url);
const guide = readFileSync(new URL('fleet.md', docs), 'utf8').replaceAll('\\\n', ' ');
const serviceSchema = z.looseObject({ command: z.string() });
const compose = z
  .looseObject({ services: z.strictObject({ redis: serviceSchema, worker: serviceSchema }) })
  .parse(parse(readFileSync(new URL('fleet.compose.yaml', docs), 'utf8')));

/** The commands of a fleet by name, each with its options. */
const known = new Map(
  [workerCommand(), ...fleetCommand().commands].map((command) => [
    command.name() === 'worker' ? 'worker' : `fleet ${command.name()}`,
    command.options.map(({ long }) => long),
  ]),
);

/** Every command of a fleet in a text: its name and the options that it is given. */
function commandsIn(text: string): { name: string; options: string[] }[] {
  return [...text.matchAll(/dirtybench (worker|fleet \w+)([^\n`]*)/g)].map(([, name = '', words = '']) => ({
    name,
    options: (words.split(' #')[0] ?? '').split(/\s+/).filter((word) => word.startsWith('--')),
  }));
}

describe('the guide to a fleet and its compose file', () => {
  const shown = [...commandsIn(guide), ...commandsIn(compose.services.worker.command)];

  it('show commands and options that there are', () => {
    expect(new Set(shown.map(({ name }) => name))).toEqual(new Set(known.keys()));
    for (const { name, options } of shown) {
      expect({ name, unknown: options.filter((option) => !known.get(name)?.includes(option)) }).toEqual({
        name,
        unknown: [],
      });
    }
  });

  it('keep the data of Redis in a file, and have a password', () => {
    for (const text of [guide, compose.services.redis.command]) {
      expect(text).toMatch(/redis-server --appendonly yes --requirepass/);
    }
  });
});
