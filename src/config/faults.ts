import type { CheckpointSettings, CheckpointStep, FaultSettings, RecoveryStep } from '../domain/settings.ts';
import { flap, storm } from './fault-fields.ts';
import type { BackendDraft, Draft } from './fields.ts';
import { loginOf } from './ssh-login.ts';

type CheckpointDraft = NonNullable<BackendDraft['checkpoint']>;

/** Everything about faults of one backend; null where it has no `faults:`. */
export function faultsOf(draft: Draft, backend: BackendDraft): FaultSettings | null {
  const { faults, probe, servers, recover, failback, checkpoint, mode } = backend;
  if (faults === undefined) return null;
  const watchdog = faults.watchdog ?? probe !== undefined;
  // Without any there is nothing that a failover could lead to: a repair, another server, or the watchdog's word to come back.
  const helps =
    recover.length > 0 ||
    Object.values(servers).some(({ role }) => role === 'spare') ||
    (mode === 'active-active' && watchdog);
  const { share, window, quiet } = backend.storm ?? storm.parse({});
  const { times, window: flapWindow } = backend.flap ?? flap.parse({});
  return {
    everyMs: faults.every,
    fall: faults.fall,
    rise: faults.rise,
    watchdog,
    ssh: faults.ssh,
    onFault: faults.onFault ?? (helps ? 'failover' : 'alert'),
    recover: recover.flatMap(recoveryOf),
    failback,
    checkpoint: checkpoint === undefined ? null : checkpointOf(draft, checkpoint),
    storm: { share, windowMs: window, quietMs: quiet },
    flap: { times, windowMs: flapWindow },
  };
}

function recoveryOf({ run, reboot, powerCycle }: BackendDraft['recover'][number]): RecoveryStep[] {
  if (run !== undefined) return [{ kind: 'run', command: run.command, deadlineMs: run.deadline }];
  if (reboot !== undefined) {
    return [{ kind: 'reboot', command: reboot.command, deadlineMs: reboot.deadline }];
  }
  if (powerCycle === undefined) return [];
  return [{ kind: 'power-cycle', command: powerCycle.command, deadlineMs: powerCycle.deadline }];
}

function checkpointOf(draft: Draft, written: CheckpointDraft): CheckpointSettings {
  const { every, maxAge, keep, store, steps, restore } = written;
  return {
    everyMs: every,
    maxAgeMs: maxAge ?? 3 * every,
    keep,
    store: store === undefined ? null : loginOf(draft.ssh, store.ssh),
    steps: steps.flatMap(stepOf),
    restore: restore.flatMap(stepOf),
  };
}

type StepDraft = CheckpointDraft['steps'][number] | CheckpointDraft['restore'][number];

function stepOf({ run, copy }: StepDraft): CheckpointStep[] {
  if (run !== undefined) {
    return [{ kind: 'run', on: run.on, command: run.command, deadlineMs: run.deadline }];
  }
  if (copy === undefined) return [];
  return [{ kind: 'copy', from: copy.from, to: copy.to, deadlineMs: copy.deadline }];
}
