import { formatServerId } from '../../domain/names.ts';
import { phases, type Operation, type PlannedStep } from '../../domain/operation.ts';
import { clean } from './clean.ts';
import { showDuration } from './duration.ts';
import { phaseSpans } from './phase-spans.ts';
import { showTable } from './table.ts';

/** `rejuv history ID` for people: who and why, how long each phase took, and every step with its proof. */
export function showOperation(operation: Operation): string {
  const { id, kind, backend, server, phase, startedAt, endedAt } = operation;
  const end = endedAt === null ? 'open' : `${phase} at ${instant(endedAt)}`;
  const took = endedAt === null ? '' : `, after ${showDuration(endedAt - startedAt)}`;
  const parts = [
    [`${id}: ${kind} of ${backend}/${server}, begun ${instant(startedAt)}, ${end}${took}`],
    showTable(facts(operation)),
    ...phaseSpans(operation).map((span) => [
      `${span.phase} (${phases[span.phase].does}): ${span.durationMs === null ? 'since' : showDuration(span.durationMs) + ', from'} ${instant(span.beganAt)}`,
      ...showTable(operation.steps.filter((step) => step.phase === span.phase).map(stepRow)),
    ]),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function facts({ by, trigger, reason, spare, force, run, abortAsked, cause }: Operation): string[][] {
  const abort =
    abortAsked === null ? null : `${abortAsked.by ?? 'a person'} (as stated): ${abortAsked.reason}`;
  const rows: (readonly [string, string | null])[] = [
    ['asked by', by === null ? trigger : `${by} (as stated), ${trigger}`],
    ['why', reason],
    ['due', run === null ? null : `${new Date(run.due).toISOString()}, ${run.schedule}`],
    ['spare', spare],
    ['forced', force ? 'minServing and freezes were overridden' : null],
    ['abort', abort],
    ['left its course', cause === null ? null : `${cause.end}: ${cause.reason} (${cause.code})`],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [[name, clean(value)]]));
}

function stepRow({ step, state, beganAt, endedAt, detail }: PlannedStep): string[] {
  return [
    `  ${beganAt === null ? '' : instant(beganAt).slice(11)}`,
    step.kind,
    formatServerId(step.server),
    state,
    beganAt === null || endedAt === null ? '' : showDuration(endedAt - beganAt),
    clean(detail ?? ''),
  ];
}

function instant(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
