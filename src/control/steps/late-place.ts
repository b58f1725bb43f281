import { RejuvError } from '../../domain/errors.ts';
import { openFault, serverFaults } from '../../domain/fault-records.ts';
import { sameServer } from '../../domain/names.ts';
import { openOperations } from '../../domain/records.ts';
import type { LatePlace, RolesStep } from '../../domain/step.ts';
import { plannedIn } from '../procedures/pieces.ts';
import type { StepContext } from './step-law.ts';

/**
 * Before the place of a server that is out is given to another one, or given back: its repair, where one is under way,
 * ends accordingly. To be called in the turn of the backend.
 * @throws recovered-meanwhile: it is back in its place already, or its repair is putting it there
 */
export async function agreeWithRepair(
  { of, taken, own }: LatePlace,
  { primary }: RolesStep,
  context: StepContext,
): Promise<void> {
  const givenBack = sameServer(primary, of);
  const repair = openOperations(context.records()).find(
    (one) => one.kind === 'recovery' && sameServer(one, of),
  );
  const places = repair?.steps.some(({ phase, state }) => phase === 'registering' && state !== 'planned');
  const over = openFault(serverFaults(context.records().faults, of)) === null;
  if (!givenBack && (over || places === true)) {
    const evidence = over ? 'its repair has put it back' : 'its repair is putting it back';
    throw new RejuvError('recovered-meanwhile', { ...of, evidence });
  }
  const steps = givenBack ? own : taken;
  // One that has failed meanwhile holds the server itself.
  if (repair === undefined || repair.cause !== null || places === true || steps.length === 0) return;
  const reason = givenBack
    ? `${of.server} has its place again`
    : `${primary.server} has the place of ${of.server}`;
  const { id: by } = context.operation();
  await context.record({
    type: 'repair-redirected',
    at: context.world.clock.now(),
    id: repair.id,
    by,
    reason,
    steps: plannedIn('registering', steps),
  });
}
