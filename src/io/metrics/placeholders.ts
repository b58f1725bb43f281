import type { MetricTarget } from '../../domain/seams.ts';

/** Letters, digits and these mean nothing in a URL, in a string of PromQL or to a shell. */
const plain = /^[A-Za-z0-9_:][A-Za-z0-9_.:-]*$/;

/** A value from outside that could mean more than itself. */
export class UnsafeValue extends Error {
  override readonly name = 'UnsafeValue';
}

/**
 * What the placeholders {address}, {port}, {server} and {backend} stand for. The address comes from HAProxy, so from
 * outside: a value that could change the meaning of what it is put into is refused, never quoted.
 * @throws UnsafeValue
 */
function valueOf(name: string, { id, address, port }: MetricTarget): string | null {
  const values: Readonly<Record<string, string>> = {
    address,
    port: String(port),
    server: id.server,
    backend: id.backend,
  };
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) return null;
  if (!plain.test(value))
    throw new UnsafeValue(`its ${name} is ${JSON.stringify(value)}, which is not plain`);
  return value;
}

/**
 * The URL for one server; an IPv6 address comes in brackets.
 * @throws UnsafeValue
 */
export function fillUrl(template: string, target: MetricTarget): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = valueOf(name, target);
    if (value === null) return whole;
    return name === 'address' && value.includes(':') ? `[${value}]` : value;
  });
}

/**
 * The query for one server. Within the string of a regular expression (`=~`, `!~`) a dot is escaped, so that it
 * matches nothing but itself.
 * @throws UnsafeValue
 */
export function fillQuery(template: string, target: MetricTarget): string {
  let filled = '';
  let quote: string | null = null;
  let pattern = false;
  for (let at = 0; at < template.length; at += 1) {
    const letter = template.charAt(at);
    const name = letter === '{' && quote !== null ? /^\{(\w+)\}/.exec(template.slice(at))?.[1] : undefined;
    const value = name === undefined ? null : valueOf(name, target);
    if (name !== undefined && value !== null) {
      filled += pattern ? value.replaceAll('.', quote === '`' ? '\\.' : '\\\\.') : value;
      at += name.length + 1;
      continue;
    }
    filled += letter;
    if (quote !== null && letter === '\\' && quote !== '`') {
      at += 1;
      filled += template.charAt(at);
    } else if (quote === null && (letter === '"' || letter === "'" || letter === '`')) {
      quote = letter;
      pattern = /[=!]~\s*$/.test(template.slice(0, at));
    } else if (letter === quote) quote = null;
  }
  return filled;
}
