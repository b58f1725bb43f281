import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { FileTolerance } from './section.ts';

export interface Vector {
  readonly id: string;
  /** The section it belongs to: the id without its number, and the kind or the model where it has one. */
  readonly section: string;
  readonly input: unknown;
  /** The fields to find, or the word that the call must be refused. */
  readonly expected: Readonly<Record<string, unknown>> | 'refusal';
}

export interface VectorFile {
  readonly path: string;
  readonly tolerance: FileTolerance;
  readonly vectors: readonly Vector[];
}

/** A vector file that cannot be used, with the place and the reason. */
export class BadVectorFile extends Error {
  override readonly name = 'BadVectorFile';
}

const shape = z.object({
  tolerance: z.looseObject({ rtol: z.number().positive() }),
  count: z.number().optional(),
  vectors: z
    .array(
      z
        .object({
          id: z.string().regex(/^\d+[a-zA-Z]*O\d+$/, 'an id looks like 1O001 or 2aO001'),
          kind: z.string().optional(),
          input: z.record(z.string(), z.unknown()),
          expected: z.record(z.string(), z.unknown()).optional(),
          expect_error: z.union([z.literal(true), z.string().min(1)]).optional(),
        })
        .refine((vector) => (vector.expected === undefined) !== (vector.expect_error === undefined), {
          message: 'a vector has either `expected` or `expect_error`',
        }),
    )
    .min(1),
});

/** Reads a file of vectors. @throws BadVectorFile with the path and what is wrong with it. */
export function readVectorFile(path: string): VectorFile {
  const read = shape.safeParse(parse(path));
  if (!read.success)
    throw new BadVectorFile(`${path}: not a file of vectors\n${z.prettifyError(read.error)}`);
  const { tolerance, vectors, count } = read.data;
  if (count !== undefined && count !== vectors.length) {
    throw new BadVectorFile(`${path}: says it holds ${count} vectors, and holds ${vectors.length}`);
  }
  return {
    path,
    tolerance: { ...numbersOf(tolerance), rtol: tolerance.rtol },
    vectors: vectors.map((vector) => ({
      id: vector.id,
      section: sectionOf(vector),
      input: vector.input,
      expected: vector.expected ?? 'refusal',
    })),
  };
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (problem) {
    throw new BadVectorFile(`${path}: ${problem instanceof Error ? problem.message : String(problem)}`, {
      cause: problem,
    });
  }
}

function numbersOf(tolerance: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(tolerance).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

function sectionOf({
  id,
  kind,
  input,
}: {
  id: string;
  kind?: string | undefined;
  input: Record<string, unknown>;
}): string {
  const model = input['model'];
  const word = kind ?? (typeof model === 'string' ? model : undefined);
  const prefix = id.replace(/O\d+$/, '');
  return word === undefined ? prefix : `${prefix} ${word}`;
}
