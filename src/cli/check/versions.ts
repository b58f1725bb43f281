import type { LoadBalancerView } from '../../domain/snapshot.ts';
import { found, type Finding } from './finding.ts';

const group = 'load balancers';

/** The oldest branch that the tests run against. */
const oldest = [2, 6] as const;

/** Until when haproxy.org maintains a branch: the end of that month. */
const maintainedUntil: Readonly<Record<string, string>> = {
  '2.6': '2027-06',
  '2.7': '2024-03',
  '2.8': '2028-06',
  '2.9': '2025-03',
  '3.0': '2029-06',
  '3.1': '2026-03',
  '3.2': '2030-06',
  '3.3': '2027-03',
};

/** The versions of the pair: known to rejuv, maintained, and the same. `at` is now. */
export function examineVersions(views: readonly LoadBalancerView[], at: number): Finding[] {
  const branches = [...new Set(views.map(({ version }) => branchOf(version) ?? version))];
  const unequal = branches.length > 1;
  const versions = views.map(({ name, version }) => `${name} runs ${version}`).join(', ');
  const fix = 'bring both to the same branch, so that what works on one works on the other';
  return [
    ...(unequal ? [found('warning', group, 'pair', `the versions differ: ${versions}`, fix)] : []),
    ...views.flatMap((view) => examineVersion(view, at)),
  ];
}

function examineVersion({ name, version }: LoadBalancerView, at: number): Finding[] {
  const branch = branchOf(version);
  if (branch === null) return [found('note', group, name, `not examined: the version ${version}`)];
  const [major = 0, minor = 0] = branch.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    const message = `HAProxy ${version} is older than ${oldest.join('.')}, the oldest that rejuv is tested with`;
    return [found('warning', group, name, message, 'upgrade it, one load balancer at a time')];
  }
  const until = maintainedUntil[branch];
  if (until === undefined || at < endOfMonth(until)) return [];
  const ended = `HAProxy ${branch} has had no fixes from haproxy.org since ${until}`;
  // A Debian revision and the like: the distribution carries fixes on by itself.
  if (version.includes('-')) {
    return [found('note', group, name, `${ended}; see that the distribution of ${version} still has them`)];
  }
  return [found('warning', group, name, ended, 'upgrade it, one load balancer at a time')];
}

function branchOf(version: string): string | null {
  return /^(\d+\.\d+)(?:[.-]|$)/.exec(version)?.[1] ?? null;
}

function endOfMonth(month: string): number {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return Date.UTC(year, number, 1);
}
