import { asRejuvError } from '../../domain/errors.ts';

/** One line of `rejuv check`. */
export interface Finding {
  readonly severity: 'ok' | 'note' | 'warning' | 'error';
  /** What it belongs to: `load balancers`, `backend shop`, `hosts`, `sidecar`. */
  readonly group: string;
  readonly where: string;
  readonly message: string;
  readonly fix: string | null;
  /** The code of the catalogue, where one stands behind it. */
  readonly code: string | null;
}

/** A finding with no error of the catalogue behind it. */
export function found(
  severity: Finding['severity'],
  group: string,
  where: string,
  message: string,
  fix: string | null = null,
): Finding {
  return { severity, group, where, message, fix, code: null };
}

/** A failure as a finding: its own sentence and fix. */
export function failed(group: string, where: string, thrown: unknown): Finding {
  const { code, message, fix } = asRejuvError(thrown);
  return { severity: 'error', group, where, message, fix, code };
}
