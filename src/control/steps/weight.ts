import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import { formatServerId } from '../../domain/names.ts';
import { serverRecord, type WeightWord } from '../../domain/records.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import type { WeightStep } from '../../domain/step.ts';
import { shareOn } from '../weights.ts';
import { nothingFound, type StepContext, type StepLaw } from './step-law.ts';

/** Sets a share of the whole weight on both load balancers; one that takes none, or that a person has set, is left alone. */
export const weight: StepLaw<WeightStep> = {
  describe: ({ server, share }, loadBalancers) =>
    loadBalancers.map((name) =>
      share === 1
        ? `${name}: set server ${formatServerId(server)} weight as it was`
        : `${name}: set server ${formatServerId(server)} weight, ${Math.round(share * 100)} % of what it is`,
    ),

  async look(step, context) {
    const snapshot = await whole(step, context);
    const own = Object.values(wordsOf(step, context)).some(
      ({ operation }) => operation === context.operation().id,
    );
    // Only before the first share of this operation is there anything to go back to.
    if (own) return await nothingFound();
    const rows = rowsOf(snapshot, step.server);
    return { weights: Object.fromEntries(rows.map(({ view, row }) => [view.name, row.setWeight])) };
  },

  async act(step, _found, context) {
    await context.inTurn(step.server.backend, async () => {
      const snapshot = await whole(step, context);
      for (const there of context.answering(snapshot)) {
        const view = snapshot.views.find(({ name }) => name === there.name);
        if (view === undefined || isLeftAlone(step, there.name, context)) continue;
        context.signal.throwIfAborted();
        try {
          await shareOn(context.keeper, there, view, step.server, step.share, context.operation().id);
        } catch (thrown) {
          const failure = asRejuvError(thrown);
          if (failure.code !== 'haproxy-refused') throw failure;
          await giveUp(step, there.name, failure, context);
        }
      }
    });
  },

  async verify(step, _found, context) {
    const rows = rowsOf(await whole(step, context), step.server);
    const alone = rows.filter(({ view }) => isLeftAlone(step, view.name, context));
    const said = rows.map(({ view, row }) => `weight ${row.setWeight} on ${view.name}`).join(', ');
    const names = alone.map(({ view }) => view.name).join(' and ');
    const note = alone.length === 0 ? '' : `; left alone on ${names}`;
    const same = step.share < 1 && rows.every(({ row }) => row.setWeight === row.configuredWeight);
    return `reads ${said}${note}${same && note === '' ? ', which has no smaller share: all at once' : ''}`;
  },

  undo: ({ server }, { weights }) => (weights === undefined ? [] : [{ kind: 'weight', server, share: 1 }]),
};

async function whole({ server }: WeightStep, context: StepContext): Promise<Snapshot> {
  const snapshot = await context.look(server);
  const [gap] = snapshot.gaps;
  if (gap !== undefined) throw gap.error;
  return snapshot;
}

function wordsOf({ server }: WeightStep, context: StepContext): Readonly<Record<string, WeightWord>> {
  return serverRecord(context.records(), server).weights;
}

/** A person, or the load balancer itself, has had the last word since this operation began. */
function isLeftAlone(step: WeightStep, loadBalancer: string, context: StepContext): boolean {
  const word = wordsOf(step, context)[loadBalancer];
  return word?.yielded === true && word.operation === context.operation().id;
}

/** Static balancing knows no weights but all or nothing: the server comes all at once, and a person is told. */
async function giveUp(
  { server }: WeightStep,
  loadBalancer: StepContext['world']['loadBalancers'][number]['name'],
  failure: RejuvError,
  context: StepContext,
): Promise<void> {
  const found = wordsOf({ kind: 'weight', server, share: 1 }, context)[loadBalancer]?.from ?? 0;
  const at = context.world.clock.now();
  await context.record({ type: 'weight-yielded', at, loadBalancer, server, found });
  const problem = String(failure.facts['reply'] ?? failure.message);
  const { code, message, fix } = new RejuvError('weight-refused', { ...server, loadBalancer, problem });
  await context.alert({ code, message, fix, server });
}
