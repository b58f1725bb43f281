import { asRejuvError } from '../../domain/errors.ts';

/** One line of `rejuv check`, and one object of its `--json` (test/cli/contract/check.schema.json). */
export interface Finding {
  /** error: something will not work · warning: it works, with a risk · note: good to know · ok: examined, and good. */
  readonly severity: 'ok' | 'note' | 'warning' | 'error';
  /** What it belongs to: `config`, `load balancers`, `backend shop`, `sources`, `blockers`, `calendar`, `hosts`, `clocks`, `sidecar`. */
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

/** What could not be looked at, and how to let it be: never a guess in its place. */
export function notExamined(group: string, where: string, what: string, fix: string | null): Finding {
  return found('note', group, where, `not examined: ${what}`, fix);
}

const severities: readonly Finding['severity'][] = ['error', 'warning', 'note', 'ok'];

/** From the sockets outward; groups of a kind, such as backends, as they come. */
const kinds: readonly string[] = [
  ...['config', 'load balancers', 'backend', 'sources', 'blockers', 'calendar', 'hosts', 'clocks', 'sidecar'],
];

/** Group by group, and in each the worst first. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = (group: string): number => {
    const at = kinds.indexOf(group.startsWith('backend ') ? 'backend' : group);
    return at === -1 ? kinds.length : at;
  };
  const groups = [...new Set(findings.map(({ group }) => group))].toSorted((a, b) => rank(a) - rank(b));
  return groups.flatMap((group) =>
    severities.flatMap((severity) =>
      findings.filter((one) => one.group === group && one.severity === severity),
    ),
  );
}
