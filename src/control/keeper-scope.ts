import type { Journal } from './journal.ts';
import type { InTurn } from './turns.ts';
import type { World } from './world.ts';

/** What the keeper acts through. */
export interface KeeperScope {
  readonly world: World;
  readonly journal: Journal;
  readonly inTurn: InTurn;
}
