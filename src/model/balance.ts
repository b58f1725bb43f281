import { RejuvError } from '../domain/errors.ts';
import type { Chain } from './chain.ts';

const greatestResidual = 1e-10;
/** Flows below this are at the edge of a double's range and have lost digits. */
const leastFlow = 1e-280;

/**
 * The proof of a solution: into each state flows what flows out of it, relatively, however rare the state.
 * @throws RejuvError `model-unsolved`
 */
export function checkBalance({ size, from, to, perHour, name }: Chain, probabilities: Float64Array): void {
  const flowIn = new Float64Array(size);
  const flowOut = new Float64Array(size);
  perHour.forEach((rate, transition) => {
    const [source, target] = [from[transition] ?? 0, to[transition] ?? 0];
    const flow = rate * (probabilities[source] ?? 0);
    flowOut[source] = (flowOut[source] ?? 0) + flow;
    flowIn[target] = (flowIn[target] ?? 0) + flow;
  });
  for (let state = 0; state < size; state += 1) {
    const [into, out] = [flowIn[state] ?? 0, flowOut[state] ?? 0];
    if (Math.abs(into - out) <= greatestResidual * Math.max(into, out) + leastFlow) continue;
    throw new RejuvError('model-unsolved', {
      problem: `${name(state)} is entered ${into} times an hour and left ${out} times`,
    });
  }
}
