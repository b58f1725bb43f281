import { createControl, type LocalControl } from '../../src/control/local-control.ts';
import type { AdminState } from '../../src/domain/server.ts';
import type { OperationRequest } from '../../src/domain/operation.ts';
import { openOperations } from '../../src/domain/records.ts';
import { watchTheLaws } from './laws.ts';
import { Life, mortal, type Tap } from './mortal.ts';
import { never, type FakeWorld } from './world.ts';

/** A state that a person has set. */
export interface Hand {
  readonly to: AdminState;
  /** In this process of the load balancer. */
  readonly pid: number;
  /** So many reads it had answered by then, and when, monotonic. */
  readonly reads: number;
  readonly at: number;
  /** Operations that were there already, and those that had said something about this server. */
  readonly before: ReadonlySet<string>;
  readonly spoken: ReadonlySet<string>;
  /** As it may have come up, and nobody has looked at this process yet. */
  readonly asCameUp: boolean;
}

/** One process after another over the same outside, each of which may be killed. */
export interface Ordeal {
  readonly world: FakeWorld;
  control: LocalControl;
  life: Life;
  /** What a person last set, by load balancer and server, for as long as it stands. */
  readonly hands: Map<string, Hand>;
  /** When something beside rejuv last changed a load balancer, monotonic. */
  disturbedAt: number;
  /** Boots that rejuv ordered from no host: by themselves, and by a power cycle. */
  readonly otherBoots: string[];
  /** A new process; what the old one waited for never comes. */
  restart(tap?: Tap): Promise<void>;
}

const pass: Tap = () => 'go';

export async function ordeal(world: FakeWorld, tap: Tap = pass): Promise<Ordeal> {
  const begin = (over: Tap): { control: LocalControl; life: Life } => {
    const life = new Life();
    return { life, control: createControl(mortal(world.world, life, over)) };
  };
  const here: Ordeal = {
    world,
    hands: new Map(),
    otherBoots: [],
    disturbedAt: Number.NEGATIVE_INFINITY,
    ...begin(tap),
    async restart(next = pass) {
      here.life.end();
      Object.assign(here, begin(next));
      await started(here);
    },
  };
  watchTheLaws(here);
  await started(here);
  return here;
}

/** A process that is killed in its start never says that it has started. */
async function started({ control, life }: Ordeal): Promise<void> {
  await Promise.race([control.start(never), life.ended]);
}

/** Begins an operation and stays until it has ended, or the process is dead; false for dead. */
export async function carryThrough(here: Ordeal, wanted: OperationRequest): Promise<boolean> {
  const { world, life, control } = here;
  const outcome = control.begin(wanted, never).then(
    () => 'begun',
    () => 'refused',
  );
  await Promise.race([outcome, life.ended]);
  await untilTrue(world, () => life.over || quiet(world));
  return !life.over;
}

export function quiet({ store }: FakeWorld): boolean {
  return openOperations(store.records).length === 0;
}

/** Quiet for a minute on end: between two operations about one fault there is a moment too. */
export async function untilAtRest(world: FakeWorld): Promise<void> {
  let since = world.clock.monotonic();
  await untilTrue(
    world,
    () => {
      if (!quiet(world)) since = world.clock.monotonic();
      return world.clock.monotonic() - since > 60_000;
    },
    7_200,
  );
}

/** Waits in virtual time, up to six hours of it. */
export async function untilTrue({ clock }: FakeWorld, holds: () => boolean, turns = 43_200): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    if (holds()) return;
    await clock.sleep(500, never);
  }
  throw new Error(`it never came about, in ${turns / 7_200} hours`);
}
