import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { analyseSynchronisation } from '../../../reports/analysis/analysis.js';
import { analysisJson } from '../../../reports/analysis/document.js';
import { schemaPage } from '../../../reports/markdown/schemas.js';
import { analysisSchema } from '../../../reports/schema/analysis.js';
import { describedSchema } from '../../../reports/schema/described.js';
import { fileFormats, lineSchema } from '../../../reports/schema/formats.js';
import { sampleTransactions } from '../transactions.js';

const docs = new URL('../../../../docs/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, docs), 'utf8');

describe.each(fileFormats)('the JSON Schema of $name', (format) => {
  const validate = new Ajv2020({ validateFormats: false }).compile(lineSchema(format));

  it('is the one that is published: npm run schemas', () => {
    expect(read(`schema/${format.name}.schema.json`)).toBe(`${JSON.stringify(lineSchema(format), null, 1)}\n`);
  });

  it('takes every line of the published file', () => {
    const lines = read(`${format.name}.jsonl`).trim().split('\n');
    const refused = lines.filter((line) => !validate(JSON.parse(line)));
    expect(refused.map((line) => line.slice(0, 80))).toEqual([]);
  });

  it('refuses a line with a field too many, or one too few', () => {
    const [header = ''] = read(`${format.name}.jsonl`).split('\n');
    const { version, ...rest }: Record<string, unknown> = JSON.parse(header);
    expect(validate({ version, ...rest, more: 1 })).toBe(false);
    expect(validate(rest)).toBe(false);
  });
});

it('the page of fields is the one that is published: npm run schemas', () => {
  expect(read('schema/README.md')).toBe(schemaPage());
});

it('the JSON Schema of analysis.json is the one that is published, and takes the published analysis', () => {
  expect(read('schema/analysis.schema.json')).toBe(`${JSON.stringify(analysisSchema(), null, 1)}\n`);
  const validate = new Ajv2020({ validateFormats: false }).compile(analysisSchema());
  validate(JSON.parse(read('analysis.json')));
  expect(validate.errors).toBe(null);
});

it('the JSON Schema of analysis.json takes that of transactions or migrations alone, and nothing between', () => {
  const validate = new Ajv2020({ validateFormats: false }).compile(analysisSchema());
  const alone = JSON.parse(analysisJson(analyseSynchronisation(sampleTransactions(), null)));
  validate(alone);
  expect(validate.errors).toBe(null);
  expect(validate({ ...alone, points: [] })).toBe(false);
});

it('a field without a description, or a description without a field, is refused', () => {
  const schema = z.strictObject({ a: z.number(), b: z.array(z.strictObject({ c: z.string() })) });
  const fields = { a: 'A.', b: { text: 'B.', of: { c: 'C.' } } };
  expect(describedSchema(schema, fields)).toMatchObject({
    properties: { b: { items: { properties: { c: { description: 'C.' } } } } },
  });
  expect(() => describedSchema(schema, { ...fields, d: 'D.' })).toThrow('d: in the schema or described, not both');
  expect(() => describedSchema(schema, { ...fields, b: { text: 'B.', of: {} } })).toThrow('b.c: in the schema');
});
