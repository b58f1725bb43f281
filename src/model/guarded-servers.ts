import { ageCost, ageUnavailability, cycleCosts, type AgePolicy } from './age-policy.ts';
import { count, refuse } from './refuse.ts';

/** More are nobody's backend, and the first order would no longer do. */
const greatest = 1000;

/**
 * The share of time in which fewer than `leastServing` of `servers` places serve, if each has its own timer and repair,
 * and a guard starts a rejuvenation only while enough others serve, one at a time. Then a rejuvenation brings the service
 * down only where another place fails during it, which counts half of its length on average; failures among themselves
 * are a binomial tail. To first order in the time out for rejuvenation (docs/model.md 4.1). With leastServing = servers no
 * guard could ever open; then every rejuvenation counts in full.
 */
export function guardedUnavailability(
  policy: AgePolicy,
  hours: number,
  servers: number,
  leastServing: number,
): number {
  count('servers', servers, 1);
  if (servers > greatest) refuse('servers', `must be at most ${greatest}`);
  count('leastServing', leastServing, 1);
  if (leastServing > servers) {
    refuse('leastServing', `is ${leastServing}, but there are only ${servers} servers`);
  }
  const down = Math.min(1, ageUnavailability(policy, hours));
  const failed = ageCost({ ...policy, costs: { failureDownPerHour: 1, rejuvenationDownPerHour: 0 } }, hours);
  const resting = Math.max(0, down - failed);
  const spare = servers - leastServing;
  const byFailures = tail(servers, spare, failed);
  if (spare === 0) return Math.min(1, byFailures + servers * resting * (1 - failed) ** (servers - 1));
  const { repairHours, rejuvenationHours } = cycleCosts(policy);
  const failuresPerHour = repairHours === 0 ? 0 : failed / repairHours;
  // All but one of what can be spared has failed before; one of the others does so meanwhile.
  const onEdge = term(servers - 1, spare - 1, failed);
  const meanwhile = Math.min(1, (leastServing * failuresPerHour * rejuvenationHours) / 2);
  return Math.min(1, byFailures + servers * resting * onEdge * meanwhile);
}

/** The probability that more than `most` of `n` are down. */
function tail(n: number, most: number, down: number): number {
  if (most >= n || down <= 0) return 0;
  if (down >= 1) return 1;
  const ratio = down / (1 - down);
  let sum = 0;
  // Where more than that are down on average, the other end is the small one, and 1 less it keeps its digits.
  if (n * down > most + 1) {
    let next = term(n, most, down);
    for (let k = most; k >= 0; k -= 1) {
      sum += next;
      next *= k / (n - k + 1) / ratio;
    }
    return 1 - sum;
  }
  let next = term(n, most + 1, down);
  for (let k = most + 1; k <= n; k += 1) {
    sum += next;
    next *= ((n - k) / (k + 1)) * ratio;
  }
  return sum;
}

/** The probability that k of n are down; factor by factor, so that nothing overflows on the way. */
function term(n: number, k: number, down: number): number {
  let product = (1 - down) ** (n - k);
  for (let j = 1; j <= k; j += 1) product *= ((n - k + j) / j) * down;
  return product;
}
