import type { z } from 'zod';
import { section } from './section.ts';

/** A step of a list, or something else that is one of several kinds: exactly one of its keys. */
export function step<Shape extends z.ZodRawShape>(shape: Shape, per = ' per list item') {
  const names = Object.keys(shape).map((name) => `\`${name}:\``);
  const right = `write one of ${names.join(', ')}${per}`;
  const isOne = (value: object): boolean => Object.keys(value).length === 1;
  return section(shape)
    .refine(isOne, { error: 'which is not exactly one step', params: { right } })
    .meta({ minProperties: 1, maxProperties: 1 });
}

/** What a list that is none is answered with. */
export const aList = { error: 'write a list, each item with a dash before it' };
