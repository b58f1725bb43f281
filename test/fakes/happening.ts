import fc from 'fast-check';
import type { OperationKind, WorkPhase } from '../../src/domain/operation.ts';
import type { AdminState } from '../../src/domain/server.ts';
import type { RebootFate } from './hosts.ts';
import type { Fate } from './mortal.ts';

export const servers = ['web1', 'web2', 'web3', 'web4'] as const;
export type Name = (typeof servers)[number];
export type Node = 'a' | 'b';

/** What befalls one server. */
export type Trouble =
  /** The application ends: both load balancers find it down. */
  | 'dies'
  /** The host with all on it is off for a while. The application needs somebody to start it. */
  | 'dies with its host'
  /** The load balancers' checks pass, the probe does not. */
  | 'hangs'
  /** No SSH for a while; it serves. */
  | 'unreachable'
  /** One load balancer cannot reach it for a while. */
  | 'seen down by one'
  /** A reboot that nobody asked for. */
  | 'reboots'
  /** A storm: three of the four at once. */
  | 'dies with two others';

export const troubles: readonly Trouble[] = [
  'dies',
  'dies with its host',
  'hangs',
  'unreachable',
  'seen down by one',
  'reboots',
  'dies with two others',
];

/** Whom it befalls, seen from an operation. */
export type Part = 'its server' | 'its spare' | 'another';
export const parts: readonly Part[] = ['its server', 'its spare', 'another'];

/** In the middle of an operation: so many calls over a seam after it has entered the phase. */
export interface Strike {
  readonly trouble: Trouble;
  readonly phase: WorkPhase;
  readonly part: Part;
  readonly afterCalls: number;
  readonly forMs: number;
}

export const struckPhases = [
  'activating',
  'duplexing',
  'confirming',
  'admitting',
  'draining',
  'rejuvenating',
  'verifying',
  'registering',
  'rolling-back',
] as const;

/** Something that a person does, or that befalls the outside. */
export type Happening =
  | { readonly what: 'time passes'; readonly ms: number }
  | { readonly what: 'asks'; readonly kind: OperationKind; readonly server: Name }
  | { readonly what: 'aborts' }
  | { readonly what: 'reload'; readonly on: Node; readonly saved: boolean }
  | { readonly what: 'away' | 'back'; readonly on: Node }
  | { readonly what: 'cut off'; readonly on: Node; readonly times: number }
  | { readonly what: 'answer lost'; readonly on: Node }
  | { readonly what: 'by hand'; readonly on: Node; readonly server: Name; readonly to: AdminState }
  | {
      readonly what: 'ssh fails';
      readonly call: 'connect' | 'run' | 'boot' | 'reboot' | 'copy';
      readonly times: number;
    }
  | { readonly what: 'next reboot'; readonly server: Name; readonly fate: RebootFate }
  | { readonly what: 'lives'; readonly server: Name }
  | {
      readonly what: 'trouble';
      readonly trouble: Trouble;
      readonly server: Name;
      readonly on: Node;
      readonly forMs: number;
    }
  | { readonly what: 'strike'; readonly strike: Strike }
  | { readonly what: 'a spare dies'; readonly forMs: number }
  | { readonly what: 'wall clock jumps'; readonly ms: number }
  | { readonly what: 'disk'; readonly full: 'no' | 'reserved' | 'all' }
  | { readonly what: 'sidecar dies'; readonly afterCalls: number; readonly forMs: number }
  | {
      readonly what: 'a call meets';
      readonly fate: Exclude<Fate, 'go' | 'die'>;
      readonly afterCalls: number;
    };

const server = fc.constantFrom(...servers);
const on = fc.constantFrom<Node>('a', 'b');
const forMs = fc.integer({ min: 500, max: 60_000 });

const everyday: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ what: fc.constant('time passes'), ms: fc.integer({ min: 100, max: 40_000 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('asks'),
      kind: fc.constantFrom<OperationKind>(
        'rejuvenation',
        'rejuvenation',
        'switchover',
        'drain',
        'maint',
        'ready',
        'recovery',
      ),
      server,
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('aborts') }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('reload'), on, saved: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('away'), on }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('back'), on }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('cut off'), on, times: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('answer lost'), on }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('by hand'),
      on,
      server,
      to: fc.constantFrom<AdminState>('ready', 'drain', 'maint'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('ssh fails'),
      call: fc.constantFrom('connect', 'run', 'boot', 'reboot', 'copy'),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('next reboot'),
      server,
      fate: fc.constantFrom<RebootFate>('reboots', 'nothing', 'never-returns', 'drops-ssh', 'returns-sick'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('wall clock jumps'),
      ms: fc.constantFrom(3_600_000, -3_600_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('disk'), full: fc.constantFrom('no', 'reserved', 'all') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('sidecar dies'),
      afterCalls: fc.integer({ min: 0, max: 60 }),
      forMs: fc.integer({ min: 0, max: 60_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('a call meets'),
      fate: fc.constantFrom('fail', 'hang'),
      afterCalls: fc.integer({ min: 0, max: 30 }),
    }),
  },
);

const faulty: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('trouble'),
      trouble: fc.constantFrom(...troubles, 'dies', 'hangs'),
      server,
      on,
      forMs,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('strike'),
      strike: fc.record({
        trouble: fc.constantFrom(...troubles),
        phase: fc.constantFrom(...struckPhases),
        part: fc.constantFrom(...parts),
        afterCalls: fc.integer({ min: 0, max: 20 }),
        forMs,
      }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('lives'), server }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('a spare dies'), forMs }) },
);

/** One in five is a fault of a server, or the end of one. */
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: everyday },
  { weight: 2, arbitrary: faulty },
);
