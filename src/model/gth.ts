import { RejuvError } from '../domain/errors.ts';
import { requireIrreducible, type Chain } from './chain.ts';
import { checkBalance } from './balance.ts';
import { normalised, scaled, setWeight, zeroWeights, type Distribution, type Weights } from './weights.ts';

/**
 * Steady state of any irreducible chain by the elimination of Grassmann, Taksar and Heyman (Operations Research 33, 1985):
 * no subtraction anywhere, so that even the smallest probability keeps its digits (O'Cinneide 1993). States are
 * eliminated from the last to the first, inside the envelope of the transitions; a good order of the states makes it
 * narrow, and the work is the sum over the states of its width to the left times its height above.
 * @throws RejuvError `model-reducible`, `model-too-large`, `model-unsolved`; never a wrong number.
 */
export function steadyState(chain: Chain): Distribution {
  requireIrreducible(chain);
  const envelope = envelopeOf(chain);
  requireSmall(chain, envelope);
  const band = fill(chain, envelope.width);
  const exits = eliminate(band, envelope, chain);
  const distribution = normalised(weightsBack(band, exits, envelope));
  checkBalance(chain, distribution.probabilities);
  return distribution;
}

/** Rates by diagonals: the rate from i to j is at `i * span + j - i + width`. */
interface Band {
  readonly rates: Float64Array;
  readonly width: number;
  readonly span: number;
}

/** Which states a state exchanges transitions with, once those after it are eliminated: never one before these. */
interface Envelope {
  readonly firstTo: Int32Array;
  readonly firstFrom: Int32Array;
  readonly width: number;
}

const mostCells = 60_000_000;
const mostWork = 12_000_000_000;

function envelopeOf({ size, from, to }: Chain): Envelope {
  const firstTo = Int32Array.from({ length: size }, (_, state) => state);
  const firstFrom = firstTo.slice();
  from.forEach((source, transition) => {
    const target = to[transition] ?? 0;
    if (target < source) firstTo[source] = Math.min(firstTo[source] ?? 0, target);
    else firstFrom[target] = Math.min(firstFrom[target] ?? 0, source);
  });
  // Eliminating k joins whoever leads to k with whoever k leads to, so its envelope passes to all states between.
  let width = 0;
  for (let state = size - 1; state > 0; state -= 1) {
    for (const first of [firstTo, firstFrom]) {
      const reach = first[state] ?? 0;
      width = Math.max(width, state - reach);
      first[state - 1] = Math.min(first[state - 1] ?? 0, reach);
    }
  }
  return { firstTo, firstFrom, width };
}

function requireSmall({ size }: Chain, { firstTo, firstFrom, width }: Envelope): void {
  let work = 0;
  for (let state = 0; state < size; state += 1) {
    work += (state - (firstTo[state] ?? 0)) * (state - (firstFrom[state] ?? 0));
  }
  const cells = size * (2 * width + 1);
  if (work > mostWork || cells > mostCells) {
    throw new RejuvError('model-too-large', {
      problem: `${size} states, whose elimination takes ${work.toExponential(1)} operations and ${cells.toExponential(1)} numbers; the limits are ${mostWork.toExponential(1)} and ${mostCells.toExponential(1)}`,
    });
  }
}

function fill({ size, from, to, perHour }: Chain, width: number): Band {
  const span = 2 * width + 1;
  const rates = new Float64Array(size * span);
  perHour.forEach((rate, transition) => {
    const source = from[transition] ?? 0;
    const place = source * span + (to[transition] ?? 0) - source + width;
    rates[place] = (rates[place] ?? 0) + rate;
  });
  return { rates, width, span };
}

/** Censors the chain to the states before each state in turn; gives the rate of leaving each towards those before it. */
function eliminate(
  { rates, width, span }: Band,
  { firstTo, firstFrom }: Envelope,
  chain: Chain,
): Float64Array {
  const exits = new Float64Array(chain.size);
  for (let k = chain.size - 1; k > 0; k -= 1) {
    const [left, above] = [firstTo[k] ?? 0, firstFrom[k] ?? 0];
    const row = k * span - k + width;
    let exit = 0;
    for (let j = left; j < k; j += 1) exit += rates[row + j] ?? 0;
    if (!(exit > 0)) {
      throw new RejuvError('model-unsolved', {
        problem: `the way back from ${chain.name(k)} is lost in rounding`,
      });
    }
    exits[k] = exit;
    for (let i = above; i < k; i += 1) {
      const into = rates[i * span - i + width + k] ?? 0;
      if (into === 0) continue;
      const share = into / exit;
      const target = i * span - i + width;
      for (let j = left; j < k; j += 1) {
        rates[target + j] = (rates[target + j] ?? 0) + share * (rates[row + j] ?? 0);
      }
      rates[target + i] = 0;
    }
  }
  return exits;
}

/** The weight of each state from those before it: what flows into it is what leaves it towards them. */
function weightsBack({ rates, width, span }: Band, exits: Float64Array, { firstFrom }: Envelope): Weights {
  const weights = zeroWeights(exits.length);
  const { mantissas, exponents } = weights;
  setWeight(weights, 0, { mantissa: 1, exponent: 0 });
  for (let k = 1; k < exits.length; k += 1) {
    const above = firstFrom[k] ?? 0;
    let top = -Infinity;
    for (let i = above; i < k; i += 1) {
      if ((mantissas[i] ?? 0) > 0) top = Math.max(top, exponents[i] ?? 0);
    }
    let flow = 0;
    for (let i = above; i < k; i += 1) {
      const rate = rates[i * span - i + width + k] ?? 0;
      if (rate > 0) flow += (mantissas[i] ?? 0) * rate * 2 ** ((exponents[i] ?? 0) - top);
    }
    setWeight(weights, k, scaled(flow / (exits[k] ?? 1), top));
  }
  return weights;
}
