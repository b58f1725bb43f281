import { checkCalendars } from './checks/calendar.ts';
import { checkCapacity } from './checks/capacity.ts';
import { checkConditions } from './checks/conditions.ts';
import { checkFaults } from './checks/faults.ts';
import { checkLoadBalancers } from './checks/load-balancers.ts';
import { checkLogins } from './checks/logins.ts';
import { checkMode } from './checks/mode.ts';
import { checkProof } from './checks/proof.ts';
import { checkRules } from './checks/rules.ts';
import { checkRamps } from './checks/ramp.ts';
import { checkSameHost } from './checks/same-host.ts';
import { checkSchedules } from './checks/schedule.ts';
import { checkSources } from './checks/sources.ts';
import type { CronRules } from './cron-rules.ts';
import type { Draft } from './fields.ts';
import { pathsOverlap, type Finding, type Path } from './problem.ts';

/** Third stage: whether the values make sense together. Says nothing that would rest on something broken. */
export function checkMeaning(draft: Draft, broken: readonly Path[], cron: CronRules): Finding[] {
  return [
    ...checkLoadBalancers(draft),
    ...checkLogins(draft),
    ...checkMode(draft),
    ...checkCapacity(draft),
    ...checkRamps(draft),
    ...checkProof(draft),
    ...checkSameHost(draft),
    ...checkFaults(draft),
    ...checkSchedules(draft, cron),
    ...checkCalendars(draft, cron),
    ...checkConditions(draft),
    ...checkRules(draft),
    ...checkSources(draft),
  ].filter(({ path, reliesOn = [path] }) =>
    reliesOn.every((relied) => !broken.some((gap) => pathsOverlap(gap, relied))),
  );
}
