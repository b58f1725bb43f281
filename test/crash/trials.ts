/** A moment in the life of a sidecar: the phase, the call over a seam, and on whom; the first one that begins so. */
export interface Point {
  readonly at: string;
  /** In an operation that was found open in the records, or in one that began in this process. */
  readonly takenUp: boolean;
}

/** One rejuvenation, and where the sidecars that carry it out are killed, one after the other. */
export interface Trial {
  readonly name: string;
  readonly points: readonly Point[];
  /** A person aborts it while clients have their grace. */
  readonly aborted: boolean;
  readonly ends: 'aborted' | 'completed';
}

/** By the table of phases: what had not begun to leave is taken back, everything else is carried on. */
const once: Readonly<Record<Trial['ends'], readonly string[]>> = {
  aborted: [
    'requested: after store append operation-opened',
    'activating: before hosts connect spare',
    'activating: before hosts run spare sudo -n systemctl start',
    'activating: after hosts run spare sudo -n systemctl start',
    'activating: after store append step-begun',
    'activating: after probe get http://spare',
    'duplexing: before hosts run aged sudo -n shopctl flush-sessions',
    'duplexing: after hosts copy /var/lib/shop/sessions',
    'duplexing: after probe get http://spare',
    'duplexing: before store append phase-entered',
    'admitting: after store append admin-intended',
    'admitting: before lb-a setAdmin spare drain',
    'admitting: after lb-a setAdmin spare drain',
    'admitting: before lb-b setAdmin spare drain',
    'admitting: after lb-b setAdmin spare drain',
    'admitting: before lb-a setAdmin spare ready',
    'admitting: after lb-a setAdmin spare ready',
    'admitting: after lb-b setAdmin spare ready',
    'admitting: before store append phase-entered',
  ],
  completed: [
    'draining: after store append phase-entered',
    'draining: after store append admin-intended',
    'draining: before lb-a setAdmin aged drain',
    'draining: after lb-a setAdmin aged drain',
    'draining: before store append admin-confirmed',
    'draining: before lb-b setAdmin aged drain',
    'draining: after lb-b setAdmin aged drain',
    'draining: before lb-a setAdmin aged maint',
    'draining: after lb-a setAdmin aged maint',
    'draining: after lb-b setAdmin aged maint',
    'draining: before store append role-set',
    'draining: after store append role-set',
    'rejuvenating: after store append phase-entered',
    'rejuvenating: before hosts connect aged',
    'rejuvenating: before hosts run aged sudo -n find',
    'rejuvenating: after hosts run aged sudo -n find',
    'rejuvenating: before hosts boot aged',
    'rejuvenating: before hosts reboot aged',
    'rejuvenating: after hosts reboot aged',
    'rejuvenating: before store append phase-entered',
    'verifying: before probe get http://aged',
    'verifying: after store append admin-intended',
    'verifying: before lb-a setAdmin aged drain',
    'verifying: after lb-a setAdmin aged drain',
    'verifying: after lb-b setAdmin aged drain',
    'verifying: before store append phase-entered',
    'registering: before lb-a setAdmin aged maint',
    'registering: after lb-a setAdmin aged maint',
    'registering: after lb-b setAdmin aged maint',
    'registering: before hosts run aged sudo -n systemctl stop',
    'registering: after hosts run aged sudo -n systemctl stop',
    'registering: after store append verified',
    'registering: before store append operation-ended',
    'completed: after store append operation-ended',
  ],
};

/** In the way back after an abort by a person. */
const inTheWayBack: readonly string[] = [
  'draining: after store append abort-asked',
  'rolling-back: before lb-a setAdmin aged ready',
  'rolling-back: after lb-a setAdmin aged ready',
  'rolling-back: before lb-b setAdmin spare drain',
  'rolling-back: after lb-b setAdmin spare maint',
  'rolling-back: before store append operation-ended',
];

/** And again while the next sidecar takes it up. */
const again: readonly (readonly [Trial['ends'], string, ...string[]])[] = [
  [
    'aborted',
    'activating: before store append step-ended',
    'activating: after store append operation-resumed',
    'rolling-back: before hosts run spare sudo -n systemctl stop',
  ],
  ['aborted', 'admitting: before lb-b setAdmin spare ready', 'rolling-back: after lb-a setAdmin spare drain'],
  ['completed', 'draining: after lb-a setAdmin aged drain', 'draining: before lb-b setAdmin aged drain'],
  [
    'completed',
    'rejuvenating: before hosts reboot aged',
    'rejuvenating: after hosts reboot aged',
    'rejuvenating: after hosts connect aged',
  ],
  [
    'completed',
    'rejuvenating: after hosts reboot aged',
    'rejuvenating: before lb-a read',
    'rejuvenating: after hosts boot aged',
  ],
  ['completed', 'verifying: before lb-b setAdmin aged drain', 'verifying: after lb-b setAdmin aged drain'],
  [
    'completed',
    'registering: after lb-a setAdmin aged maint',
    'registering: before lb-b setAdmin aged maint',
  ],
];

/** Every trial of a run. */
export const trials: readonly Trial[] = [
  ...Object.entries(once).flatMap(([ends, points]) =>
    points.map((at) => trial(ends === 'aborted' ? 'aborted' : 'completed', false, at)),
  ),
  ...inTheWayBack.map((at) => trial('aborted', true, at)),
  ...again.map(([ends, first, ...then]) => trial(ends, false, first, ...then)),
];

function trial(ends: Trial['ends'], aborted: boolean, first: string, ...then: readonly string[]): Trial {
  const points = [{ at: first, takenUp: false }, ...then.map((at) => ({ at, takenUp: true }))];
  return { name: points.map(({ at }) => at).join(', then '), points, aborted, ends };
}
