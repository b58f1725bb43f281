import type { ServerId } from '../../domain/names.ts';
import type { Intend } from '../pair.ts';
import type { StepContext } from './step-law.ts';

/** Records, before each write to a load balancer, what this operation is about to set. */
export function intendFor(context: StepContext, server: ServerId): Intend {
  return async (loadBalancer, from, to, process, unsure) => {
    await context.record({
      type: 'admin-intended',
      at: context.world.clock.now(),
      id: context.operation().id,
      loadBalancer,
      server,
      from,
      to,
      process,
      unsure,
    });
  };
}
