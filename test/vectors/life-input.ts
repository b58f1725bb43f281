import { z } from 'zod';
import { exponentialLife } from '../../src/model/life/exponential.ts';
import { hypoexponentialLife } from '../../src/model/life/hypoexponential.ts';
import type { Life } from '../../src/model/life/life.ts';
import { weibullLife } from '../../src/model/life/weibull.ts';

/** A life as the vectors write it. */
export const lifeShape = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hypoexponential'), lambda_f: z.number(), lambda: z.number() }),
  z.strictObject({ type: z.literal('weibull'), shape: z.number(), scale: z.number() }),
  z.strictObject({ type: z.literal('exponential'), rate: z.number() }),
]);

export function lifeOf(input: z.output<typeof lifeShape>): Life {
  switch (input.type) {
    case 'hypoexponential':
      return hypoexponentialLife(input.lambda_f, input.lambda);
    case 'weibull':
      return weibullLife(input.shape, input.scale);
    case 'exponential':
      return exponentialLife(input.rate);
  }
}
