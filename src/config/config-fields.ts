import type { z } from 'zod';
import { configJsonSchema } from './json-schema.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** One row of the table of fields, for the documentation. */
export interface ConfigField {
  /** `backends.*.duplex[].run.on`: `*` is a name of the user's choice, `[]` a list. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  /** As it would be written; null when there is none. */
  readonly default: string | null;
  readonly description: string;
}

/** Every field that the config file may have, in the order of the table. */
export function configFields(): ConfigField[] {
  return rowsIn(configJsonSchema(), '');
}

function rowsIn(schema: Schema, path: string): ConfigField[] {
  const properties = Object.entries(schema.properties ?? {}).flatMap(([key, field]) =>
    isSchema(field)
      ? rowsOf(field, path === '' ? key : `${path}.${key}`, schema.required?.includes(key) ?? false)
      : [],
  );
  const rest = isSchema(schema.additionalProperties) ? rowsIn(schema.additionalProperties, `${path}.*`) : [];
  const items = isSchema(schema.items) ? rowsIn(schema.items, `${path}[]`) : [];
  const branches = (schema.anyOf ?? []).flatMap((branch) => (isSchema(branch) ? rowsIn(branch, path) : []));
  return [...properties, ...rest, ...items, ...branches];
}

function rowsOf(field: Schema, path: string, required: boolean): ConfigField[] {
  const row = {
    path,
    type: typeOf(field),
    required,
    default: written(field.default),
    description: field.description ?? '',
  };
  return [row, ...rowsIn(field, path)];
}

function typeOf(schema: Schema): string {
  const branches = (schema.anyOf ?? []).filter(isSchema);
  const section = branches.some((branch) => branch.type === 'object');
  if (schema.title !== undefined) return section ? `${schema.title}, or a section` : schema.title;
  if (schema.enum !== undefined) return schema.enum.join(' or ');
  switch (schema.type) {
    case 'array':
      return 'list';
    case 'integer':
      return 'whole number';
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'text';
    default:
      return isSchema(schema.additionalProperties) ? 'section of names' : 'section';
  }
}

function written(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
