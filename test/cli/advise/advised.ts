import { expect } from 'vitest';
import type { Advice } from '../../../src/cli/advise/advice.ts';
import { contract } from '../contract.ts';
import type { Scene } from '../scene.ts';

const isAdvice = contract('advise');

/** The answer as JSON, which has the shape that scripts rely on. */
export async function advised(scene: Scene, ...argv: string[]): Promise<Advice> {
  expect(await scene.run('advise', 'shop', '--json', ...argv)).toBe(0);
  const advice = JSON.parse(scene.out()) as Advice;
  expect(isAdvice(advice) ? null : isAdvice.errors).toBeNull();
  return advice;
}
