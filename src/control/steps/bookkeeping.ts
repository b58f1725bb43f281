import { serverRecord } from '../../domain/records.ts';
import { serverFaults } from '../../domain/fault-records.ts';
import type { RecoveredStep } from '../../domain/fault-steps.ts';
import type { HoldStep, ReleaseStep, RolesStep, VerifiedStep } from '../../domain/step.ts';
import { agreeWithRepair } from './late-place.ts';
import { nothingFound, nothingToUndo, type StepLaw } from './step-law.ts';

/** Records who is primary and who is spare from here on: of one that is out already, unless it is back in its place. */
export const roles: StepLaw<RolesStep> = {
  describe: ({ primary, spare }) => [`record ${primary.server} as primary and ${spare.server} as spare`],
  look: nothingFound,

  async act(step, _found, context) {
    const { primary, spare, late } = step;
    const record = async (): Promise<void> => {
      const { by, reason } = context.operation();
      const at = context.world.clock.now();
      await context.record({ type: 'role-set', at, server: primary, role: 'primary', by, reason });
      await context.record({ type: 'role-set', at, server: spare, role: 'spare', by, reason });
    };
    if (late === undefined) {
      await record();
      return;
    }
    // In turn, since a repair that puts it back into service takes turns too: whoever comes first has the place.
    await context.inTurn(primary.backend, async () => {
      await agreeWithRepair(late, step, context);
      await record();
    });
  },

  verify: ({ primary, spare }) => Promise.resolve(`${primary.server} is primary, ${spare.server} is spare`),
  undo: (step) => [{ ...step, primary: step.spare, spare: step.primary }],
};

/** Keeps a server out until a person says ready. */
export const hold: StepLaw<HoldStep> = {
  describe: ({ server, reason }) => [`hold ${server.server} out of service: ${reason}`],
  look: (step, context) =>
    Promise.resolve({ held: serverRecord(context.records(), step.server).hold?.reason ?? null }),

  async act({ server, reason, failed }, _found, context) {
    const { id } = context.operation();
    const at = context.world.clock.now();
    await context.record({ type: 'held', at, server, reason, failed, operation: id });
  },

  verify: () => Promise.resolve('held until a person says ready'),
  undo: ({ server }, { held }) =>
    typeof held === 'string'
      ? [{ kind: 'hold', server, reason: held, failed: false }]
      : [{ kind: 'release', server }],
};

/** Ends a hold. */
export const release: StepLaw<ReleaseStep> = {
  describe: ({ server }) => [`end the hold on ${server.server}`],
  look: (step, context) =>
    Promise.resolve({ held: serverRecord(context.records(), step.server).hold?.reason ?? null }),

  async act({ server }, _found, context) {
    const at = context.world.clock.now();
    await context.record({ type: 'released', at, server });
    if (serverFaults(context.records().faults, server).quarantine === null) return;
    await context.record({ type: 'quarantine-ended', at, server, by: context.operation().by });
  },

  verify: () => Promise.resolve('no longer held'),
  undo: ({ server }, { held }) =>
    typeof held === 'string' ? [{ kind: 'hold', server, reason: held, failed: false }] : [],
};

/** Records that a failed server is repaired: what the flap breaker counts. */
export const recovered: StepLaw<RecoveredStep> = {
  describe: ({ server }) => [`record ${server.server} as repaired`],
  look: nothingFound,

  async act({ server }, _found, context) {
    const { id } = context.operation();
    const at = context.world.clock.now();
    await context.record({ type: 'recovered', at, server, operation: id });
  },

  verify: () => Promise.resolve('repaired'),
  undo: nothingToUndo,
};

/** Records that the server has passed the staged verification. */
export const verified: StepLaw<VerifiedStep> = {
  describe: ({ server }) => [`record ${server.server} as verified`],
  look: nothingFound,

  async act({ server }, _found, context) {
    const { id } = context.operation();
    await context.record({ type: 'verified', at: context.world.clock.now(), server, operation: id });
  },

  verify: () => Promise.resolve('verified'),
  undo: nothingToUndo,
};
