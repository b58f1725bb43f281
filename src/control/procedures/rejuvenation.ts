import type { AgingRule } from '../../domain/aging.ts';
import { floorOf } from '../../policy/floor.ts';
import type { PlannedStep } from '../../domain/operation.ts';
import type { Action, BackendSettings, ServerSettings, Settings } from '../../domain/settings.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Step } from '../../domain/step.ts';
import { enterService } from './entry.ts';
import { handOver } from './hand-over.ts';
import {
  admitChecked,
  checkDeadlineOf,
  drainOut,
  idOf,
  plannedIn,
  probeIt,
  restAsSpare,
  setAdmin,
  wakeUp,
} from './pieces.ts';

/** Who takes part in a rejuvenation. */
export interface Cast {
  readonly settings: Settings;
  readonly backend: BackendSettings;
  readonly aged: ServerSettings;
  /** Takes its place; null where all serve. */
  readonly spare: ServerSettings | null;
  /** Where all serve: takes its state over; null: nobody needs to. */
  readonly receiver: ServerSettings | null;
  readonly force: boolean;
  /** What has to hold on once the spare is ready; null: nothing was measured. */
  readonly confirm: AgingRule | null;
}

/** The same up to maint, and no further: the spare serves, the server is held out for a person. */
export function switchover(cast: Cast): PlannedStep[] {
  const server = idOf(cast.backend, cast.aged);
  return [
    ...untilOut(cast, []),
    ...plannedIn('draining', [{ kind: 'hold', server, reason: 'switched over by a person', failed: false }]),
  ];
}

/** The whole procedure, phase by phase: with a spare in its place meanwhile, or where all serve, without. */
export function rejuvenation(cast: Cast): PlannedStep[] {
  const { backend, aged, settings } = cast;
  const reboots = backend.actions.some((action) => action.kind === 'reboot');
  // Only a reboot reaches beyond the server's own backend.
  const companions = reboots ? aged.sameHost : [];
  const actions = backend.actions.flatMap((action) => actionSteps(cast, action, companions));
  return [
    ...untilOut(cast, companions),
    ...plannedIn('draining', goAheadSteps(cast)),
    // The first proof is still before the point of no return: what it refuses is rolled back.
    ...plannedIn('draining', actions.slice(0, 1)),
    ...plannedIn('rejuvenating', actions.slice(1)),
    ...plannedIn('verifying', [
      ...wakeUp(backend, aged),
      ...probeIt(backend, aged),
      setAdmin(backend, idOf(backend, aged), 'drain', { from: 'maint' }),
      {
        kind: 'await-checked',
        server: idOf(backend, aged),
        on: null,
        deadlineMs: checkDeadlineOf(backend),
        allowUnchecked: backend.allowUnchecked,
      },
      ...companions.flatMap((id) => withHome(settings, id, (home) => admitChecked(home, id, 'maint'))),
    ]),
    ...plannedIn('registering', [
      ...(cast.spare === null ? enterService(backend, idOf(backend, aged)) : restAsSpare(backend, aged)),
      { kind: 'verified', server: idOf(backend, aged) },
    ]),
  ];
}

/** From a sleeping spare to the aged server out of service and the spare recorded as primary; where all serve, the last part. */
function untilOut(cast: Cast, companions: readonly ServerId[]): PlannedStep[] {
  const { settings, backend, aged, spare, force, confirm } = cast;
  const agedId = idOf(backend, aged);
  const handedOver = plannedIn('duplexing', handOver(backend, aged, spare ?? cast.receiver));
  const out = plannedIn('draining', [
    ...companions.flatMap((id) => withHome(settings, id, (home) => drainOut(home, id, force))),
    ...drainOut(backend, agedId, force),
  ]);
  const confirmed = plannedIn(
    'confirming',
    confirm === null ? [] : [{ kind: 'confirm-aging', server: agedId, rule: confirm }],
  );
  if (spare === null) return [...handedOver, ...confirmed, ...out];
  const spareId = idOf(backend, spare);
  return [
    ...plannedIn('activating', [...wakeUp(backend, spare), ...probeIt(backend, spare)]),
    ...handedOver,
    ...confirmed,
    ...plannedIn('admitting', admitChecked(backend, spareId, 'maint', enterService(backend, spareId))),
    ...out,
    ...plannedIn('draining', [{ kind: 'roles', server: agedId, primary: spareId, spare: agedId }]),
  ];
}

function goAheadSteps({ backend, aged }: Cast): Step[] {
  const { goAhead } = backend;
  return goAhead === null ? [] : [{ kind: 'go-ahead', server: idOf(backend, aged), ask: goAhead }];
}

function actionSteps(
  { settings, backend, aged, force }: Cast,
  action: Action,
  companions: readonly ServerId[],
): Step[] {
  if (aged.ssh === null) return [];
  const server = idOf(backend, aged);
  const { oldWorkersGoneMs } = settings;
  const beforeReboot = action.kind === 'reboot';
  const floor = force ? null : floorOf(backend);
  const proof: Step = {
    kind: 'prove-out',
    server,
    sameHost: companions,
    floor,
    beforeReboot,
    oldWorkersGoneMs,
  };
  const { command, deadlineMs } = action;
  const host = aged.ssh;
  return action.kind === 'reboot'
    ? [proof, { kind: 'reboot', server, host, command, deadlineMs }]
    : [proof, { kind: 'run', server, host, command, deadlineMs, once: action.once }];
}

function withHome(settings: Settings, id: ServerId, steps: (home: BackendSettings) => Step[]): Step[] {
  const home = settings.backends.find((backend) => backend.name === id.backend);
  return home === undefined ? [] : steps(home);
}
