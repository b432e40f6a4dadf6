import { z } from 'zod';

/** A JSON Schema, as far as it is looked into here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const objectSchema = z.looseObject({});
const namesSchema = z.array(z.string());

/** What a field is, and where it is an object, or a list of some, what its fields are. */
export type FieldText = string | { readonly text: string; readonly of: FieldTexts };

/** What fields are, by their names. */
export interface FieldTexts {
  readonly [name: string]: FieldText;
}

/**
 * The JSON Schema of what a zod schema reads, each field with its description.
 * @throws Error if a field has none, or one is described that there is not.
 */
export function describedSchema(schema: z.ZodType, fields: FieldTexts): JsonSchema {
  const { $schema: _dialect, ...made } = z.toJSONSchema(schema, { io: 'input' });
  return describe(made, fields, '');
}

/** Puts the descriptions into an object's schema, or into that of an object within a list or beside null. */
function describe(schema: JsonSchema, fields: FieldTexts, path: string): JsonSchema {
  if (Array.isArray(schema.anyOf)) {
    return { ...schema, anyOf: schema.anyOf.map((one) => (isNull(one) ? one : describe(read(one), fields, path))) };
  }
  if (Array.isArray(schema.oneOf)) return { ...schema, oneOf: describeKinds(schema.oneOf.map(read), fields, path) };
  if (schema.type === 'array') return { ...schema, items: describe(read(schema.items), fields, path) };
  const properties = propertiesOf(schema);
  refuseDifference(path, Object.keys(properties), Object.keys(fields));
  const described = Object.entries(fields).map(([name, field]) => {
    const property = read(properties[name]);
    const [text, whole] =
      typeof field === 'string' ? [field, property] : [field.text, describe(property, field.of, `${path}${name}.`)];
    return [name, { description: text, ...whole }];
  });
  const { propertyNames: _names, ...rest } = schema;
  return { ...rest, properties: Object.fromEntries(described), additionalProperties: false };
}

/** Each kind of object that a field can hold has some of the fields. */
function describeKinds(kinds: readonly JsonSchema[], fields: FieldTexts, path: string): JsonSchema[] {
  const names = kinds.map((kind) => Object.keys(propertiesOf(kind)));
  refuseDifference(path, [...new Set(names.flat())], Object.keys(fields));
  return kinds.map((kind, index) => {
    const own = Object.entries(fields).filter(([name]) => names[index]?.includes(name));
    return describe(kind, Object.fromEntries(own), path);
  });
}

/** The properties of an object; of a record with known keys, each of them. */
function propertiesOf(schema: JsonSchema): JsonSchema {
  if (schema.propertyNames === undefined) return read(schema.properties);
  const names = namesSchema.parse(read(schema.propertyNames).enum);
  return Object.fromEntries(names.map((name) => [name, schema.additionalProperties]));
}

function isNull(schema: unknown): boolean {
  return read(schema).type === 'null';
}

function read(schema: unknown): JsonSchema {
  return objectSchema.parse(schema);
}

function refuseDifference(path: string, there: readonly string[], described: readonly string[]): void {
  const odd = [
    ...there.filter((name) => !described.includes(name)),
    ...described.filter((name) => !there.includes(name)),
  ];
  if (odd.length > 0) throw new Error(`${path}${odd.join(`, ${path}`)}: in the schema or described, not both`);
}
