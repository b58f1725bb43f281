import { z } from 'zod';
import { fields } from './fields.ts';

/** The JSON Schema (draft 2020-12) of the config file as it is written, for editors. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  return { title: 'rejuv configuration', ...z.toJSONSchema(fields, { io: 'input' }) };
}
