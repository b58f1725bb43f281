import type { Event } from './event.ts';
import type { ServerRecord } from './records.ts';

type Weights = ServerRecord['weights'];
type WeightEvent = Extract<
  Event,
  { readonly type: 'weight-intended' | 'weight-confirmed' | 'weight-yielded' }
>;

/** What rejuv said of the weight of a server, per load balancer, after one more word. Pure. */
export function weightsAfter(weights: Weights, event: WeightEvent): Weights {
  const { loadBalancer } = event;
  if (event.type === 'weight-intended') {
    const { original, share, from, to, process, at, id: operation } = event;
    const said = { original, share, from, to, process, at, operation };
    return { ...weights, [loadBalancer]: { ...said, unsure: true, yielded: false } };
  }
  const word = weights[loadBalancer];
  if (word === undefined) return weights;
  if (event.type === 'weight-yielded') {
    return { ...weights, [loadBalancer]: { ...word, unsure: false, yielded: true } };
  }
  const { share, to, process } = event;
  return { ...weights, [loadBalancer]: { ...word, share, to, process, unsure: false } };
}
