import { z } from 'zod';
import { isHaproxyName } from '../domain/names.ts';

/** What an `unrecognized_keys` issue carries as its message: the keys that exist, for a suggestion. */
const separator = ' ';

/** A section with fixed keys; any other key is refused. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? known.join(separator) : `write a section with ${listed(known)}`,
  });
}

/** The keys that a section knows, out of the message of its issue. */
export function knownKeys(message: string): string[] {
  return message.split(separator);
}

/** A section whose keys are names chosen in haproxy.cfg. */
export function named<Value extends z.ZodType>(what: string, value: Value) {
  const name = z.string().refine(isHaproxyName).meta({ pattern: '^[A-Za-z0-9_.:-]{1,250}$' });
  return z.record(name, value, { error: `write one entry per ${what}, under its name` });
}

function listed(keys: readonly string[]): string {
  const first = keys.slice(0, 4).map((key) => `\`${key}\``);
  return keys.length > 4 ? `${first.join(', ')} and so on` : first.join(', ');
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `write ${words.join(' or ')}` });
}

/** A whole number within bounds. */
export function whole(lowest: number, highest: number) {
  const error = `write a whole number from ${lowest} to ${highest}`;
  return z.int({ error }).min(lowest, { error }).max(highest, { error });
}

export function flag() {
  return z.boolean({ error: 'write true or false' });
}

/** A section that may also be left empty (`- reboot:`, `web1:`), which is null in YAML: all its defaults then. */
export function emptyIsDefault<Section extends z.ZodObject>(whole: Section, empty: z.input<Section>) {
  return whole.nullable().transform((written) => written ?? whole.parse(empty));
}
