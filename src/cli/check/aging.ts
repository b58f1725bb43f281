import type { AgingRule } from '../../domain/aging.ts';
import { figuresIn, leavesOf, type Comparing } from '../../domain/condition.ts';
import type { BackendSettings } from '../../domain/settings.ts';
import { writeQuantity } from '../../domain/written-figure.ts';
import { found, type Finding } from './finding.ts';

/** What a server is asked to carry; it says nothing of how old it is. */
const loads = new Set(['load', 'sessions', 'queue', 'requests.rate']);

/** Rules that are legal, and would take servers away at the wrong time. */
export function examineRules({ name, rules }: BackendSettings): Finding[] {
  return rules.flatMap((rule) => {
    const where = `${rule.severity} ${rule.text}`;
    return [...loadAlone(rule), ...atNight(rule)].map(({ message, fix }) =>
      found('warning', `backend ${name}`, where, message, fix),
    );
  });
}

interface Remark {
  readonly message: string;
  readonly fix: string;
}

function loadAlone({ condition }: AgingRule): Remark[] {
  if (!figuresIn(condition).every((figure) => loads.has(figure))) return [];
  return [
    {
      message: 'load is no age: this takes capacity away at the peak',
      fix: 'ask for memory, buffers, files, errors or latency, or set them against the load, as in `memory.used per requests.rate`',
    },
  ];
}

/** A ratio against a number, with nothing said about the traffic it is divided by. */
function atNight({ condition }: AgingRule): Remark[] {
  const leaves = leavesOf(condition).filter((leaf) => leaf.kind === 'compare');
  return leaves
    .filter((leaf) => growsAtNight(leaf, leaves))
    .map((leaf) => ({
      message: `${writeQuantity(leaf)} is large whenever ${leaf.per ?? ''} is small, as at night`,
      fix: `compare it with \`1.5x freshest\`, or add such as \`and ${leaf.per ?? ''} > 5${leaf.per?.endsWith('.rate') === true ? '/s' : ''}\``,
    }));
}

function growsAtNight(leaf: Comparing, all: readonly Comparing[]): boolean {
  const { per, limit, comparison, figure } = leaf;
  // Failed requests per request fall with the traffic as well.
  if (per === null || limit.kind !== 'number' || comparison.startsWith('<') || figure === 'errors.rate')
    return false;
  return !all.some((other) => other.figure === per && other.per === null);
}
