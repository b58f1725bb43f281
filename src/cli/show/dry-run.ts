import type { DryRun } from '../../control/control.ts';
import { onTheClock } from './instant.ts';
import type { Screen } from './screen.ts';

/** Every step with its commands, phase by phase, and every gate that blocks. */
export function showDryRun(plan: DryRun, now: number, timeZone: Screen['timeZone']): string {
  const lines = [plan.spare === null ? 'no spare takes over' : `spare: ${plan.spare}`];
  for (const { phase, steps } of plan.phases) {
    lines.push(phase);
    for (const { kind, lines: commands } of steps) {
      lines.push(`  ${kind}`, ...commands.map((command) => `    ${command}`));
    }
  }
  if (plan.blocked.length === 0) lines.push('nothing blocks it now');
  for (const { message, fix } of plan.blocked) {
    lines.push(`blocked: ${onTheClock(message, now, timeZone)}`, `  ${fix}`);
  }
  return lines.join('\n');
}
