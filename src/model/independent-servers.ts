import { ageUnavailability, type AgePolicy } from './age-policy.ts';
import { count, refuse } from './refuse.ts';

/**
 * The probability that fewer than `leastServing` of `servers` are up, if each has its own repair crew and its own timer,
 * not in step with the others: a binomial tail. The best timer of one server is the best for all of them.
 */
export function independentUnavailability(
  policy: AgePolicy,
  hours: number,
  servers: number,
  leastServing: number,
): number {
  count('servers', servers, 1);
  if (servers > greatest) refuse('servers', `must be at most ${greatest}`);
  count('leastServing', leastServing, 1);
  if (leastServing > servers)
    refuse('leastServing', `is ${leastServing}, but there are only ${servers} servers`);
  const down = ageUnavailability(policy, hours);
  let [choose, tail] = [1, 0];
  for (let up = 0; up < leastServing; up += 1) {
    tail += choose * (1 - down) ** up * down ** (servers - up);
    choose *= (servers - up) / (up + 1);
  }
  return tail;
}

/** So that no binomial coefficient overflows. */
const greatest = 1000;
