import type { z } from 'zod';
import { migrationsFormat } from '../../results/migrations.js';
import { headerSchema, hostSchema, isolationSchema, roundSchema, wrongSetSchema } from '../../results/schema.js';
import { transactionsFormat } from '../../results/transactions.js';
import { describedSchema, type FieldTexts, type JsonSchema } from './described.js';
import { headerFields, hostFields, isolationFields, roundFields, wrongSetFields } from './fields.js';
import {
  migrationRunFields,
  migrationsHeaderFields,
  transactionRunFields,
  transactionsHeaderFields,
} from './run-fields.js';

/** One kind of line of a file. */
interface Line {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly fields: FieldTexts;
}

/** A kind of results file: JSON Lines, of which the first is the header. */
export interface FileFormat {
  readonly name: 'results' | 'transactions' | 'migrations';
  readonly title: string;
  readonly description: string;
  readonly lines: readonly Line[];
}

/** Every kind of results file. */
export const fileFormats: readonly FileFormat[] = [
  {
    name: 'results',
    title: 'A line of a results file of a sweep',
    description:
      'Made by `dirtybench measure` and `report`: a header, then a line for each finished round, and now and then one of another kind.',
    lines: [
      { name: 'header', schema: headerSchema, fields: headerFields },
      { name: 'round', schema: roundSchema, fields: roundFields },
      { name: 'isolation', schema: isolationSchema, fields: isolationFields },
      { name: 'wrongSet', schema: wrongSetSchema, fields: wrongSetFields },
      { name: 'host', schema: hostSchema, fields: hostFields },
    ],
  },
  {
    name: 'transactions',
    title: 'A line of a results file of transactions',
    description: 'Made by `dirtybench table1`: a header, then a line for each finished run.',
    lines: [
      { name: 'header', schema: transactionsFormat.header, fields: transactionsHeaderFields },
      { name: 'run', schema: transactionsFormat.run, fields: transactionRunFields },
    ],
  },
  {
    name: 'migrations',
    title: 'A line of a results file of migrations',
    description: 'Made by `dirtybench downtime`: a header, then a line for each finished run.',
    lines: [
      { name: 'header', schema: migrationsFormat.header, fields: migrationsHeaderFields },
      { name: 'run', schema: migrationsFormat.run, fields: migrationRunFields },
    ],
  },
];

/** The JSON Schema of a line of such a file. */
export function lineSchema({ title, description, lines }: FileFormat): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    description,
    oneOf: lines.map(({ name }) => ({ $ref: `#/$defs/${name}` })),
    $defs: Object.fromEntries(lines.map(({ name, schema, fields }) => [name, describedSchema(schema, fields)])),
  };
}
