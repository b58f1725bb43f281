import { catalogue, type ErrorCode } from '../domain/catalogue.ts';
import { RejuvError, type ErrorReport, type Facts } from '../domain/errors.ts';

/** An error over the socket: the report for everyone, and the facts that let our own client make it again. */
export interface ErrorBody {
  readonly error: ErrorReport & { readonly facts: Facts };
}

export function errorBody(error: RejuvError): ErrorBody {
  return { error: { ...error.report(), facts: error.facts } };
}

/** The error that a body tells of, or null when it is no such body. A code that is not known here is internal. */
export function errorFrom(body: unknown): RejuvError | null {
  if (!isObject(body) || !isObject(body['error'])) return null;
  const { code, message, where, facts } = body['error'];
  if (typeof code !== 'string' || typeof message !== 'string') return null;
  if (!isCode(code)) return new RejuvError('internal', { problem: message });
  return new RejuvError(code, factsFrom(facts), typeof where === 'string' ? { where } : {});
}

function factsFrom(value: unknown): Facts {
  if (!isObject(value)) return {};
  const facts: Record<string, string | number> = {};
  for (const [name, fact] of Object.entries(value)) {
    if (typeof fact === 'string' || typeof fact === 'number') facts[name] = fact;
  }
  return facts;
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(catalogue, text);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
