import { catalogue, type Entry, type ErrorCode, type ExitStatus } from './catalogue.ts';

/** What a failure knows: plain values that fill the sentence and go into `--json` and the records. */
export type Facts = Readonly<Record<string, string | number>>;

/** The JSON shape of an error: `--json`, HTTP, records. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly where: string | null;
  readonly fix: string;
}

/** A failure of the catalogue. Carries facts; the sentence is made from them. */
export class RejuvError extends Error {
  override readonly name = 'RejuvError';
  readonly code: ErrorCode;
  readonly facts: Facts;
  /** File, host, load balancer or server that it is about. */
  readonly where: string | null;

  constructor(code: ErrorCode, facts: Facts, options: { where?: string; cause?: unknown } = {}) {
    super(fill(catalogue[code].message, facts), 'cause' in options ? { cause: options.cause } : {});
    this.code = code;
    this.facts = facts;
    this.where = options.where ?? whereIn(facts);
  }

  get fix(): string {
    return fill(catalogue[this.code].fix, this.facts);
  }

  get exit(): ExitStatus {
    return catalogue[this.code].exit;
  }

  get http(): Entry['http'] {
    return catalogue[this.code].http;
  }

  report(): ErrorReport {
    return { code: this.code, message: this.message, where: this.where, fix: this.fix };
  }
}

/** Any thrown thing as a failure of the catalogue; what is not one of ours becomes `internal`. */
export function asRejuvError(thrown: unknown): RejuvError {
  if (thrown instanceof RejuvError) return thrown;
  const problem = thrown instanceof Error ? thrown.message : String(thrown);
  return new RejuvError('internal', { problem }, { cause: thrown });
}

function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}

function whereIn(facts: Facts): string | null {
  if (facts['backend'] !== undefined && facts['server'] !== undefined) {
    return `${facts['backend']}/${facts['server']}`;
  }
  const place =
    facts['host'] ?? facts['loadBalancer'] ?? facts['path'] ?? facts['socket'] ?? facts['backend'];
  return place === undefined ? null : String(place);
}
