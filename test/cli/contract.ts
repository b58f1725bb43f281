import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** A validator for one of the contract's shapes. */
export function contract(name: 'advise' | 'progress' | 'records' | 'status' | 'why'): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const text = readFileSync(new URL(`./contract/${name}.schema.json`, import.meta.url), 'utf8');
  return ajv.compile(JSON.parse(text) as Record<string, unknown>);
}
