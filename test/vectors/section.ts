import { z } from 'zod';

/** What a section computes: the fields of `expected`, by name; more than the vector asks for is fine. */
export type Output =
  number | string | boolean | null | undefined | readonly Output[] | { readonly [field: string]: Output };

/** A number passes if it differs by at most `atol + rtol * |expected|`. */
export interface Tolerance {
  readonly rtol: number;
  /** 1e-300 unless stated, so that an expected zero means "less than 1e-300". */
  readonly atol?: number;
}

/** The numbers of the file's own `tolerance`, by name: `rtol` is always there, `rtol_argmin` sometimes. */
export type FileTolerance = Readonly<Record<string, number>> & { readonly rtol: number };

/** One kind of vectors, and the function of src/model that answers them. */
export interface Section {
  /** As `sectionOf` in vector-file.ts names it: `1`, `2b`, `3S`, `4 age`, `5 mann_kendall`, `6 weibull`. */
  readonly name: string;
  /** Computes one vector. Throws NotThisShape for an input it does not understand, a RejuvError for one it refuses. */
  readonly evaluate: (input: unknown) => Output;
  /** The tolerance of a field where it is not the file's `rtol`; `field` is the last name on its path. */
  readonly tolerance: (field: string, file: FileTolerance) => Tolerance | undefined;
}

/** The input of a vector does not have the shape of its section. */
export class NotThisShape extends Error {
  override readonly name = 'NotThisShape';
}

/**
 * A section: its name, the shape of its input (strict objects, so that no input is ignored unseen), the function, and
 * the fields whose tolerance differs from the file's `rtol`.
 */
export function section<Shape extends z.ZodType>(
  name: string,
  shape: Shape,
  evaluate: (input: z.output<Shape>) => Output,
  tolerance: Section['tolerance'] = () => undefined,
): Section {
  return {
    name,
    evaluate: (input) => {
      const read = shape.safeParse(input);
      if (!read.success) throw new NotThisShape(z.prettifyError(read.error));
      return evaluate(read.data);
    },
    tolerance,
  };
}

/** A number of a vector: the string `inf` is infinity. */
export const quantity = z.union([z.number(), z.literal('inf').transform(() => Infinity)]);

/** The tolerance of the places of minima: the file's `rtol_argmin`. */
export function argmin(...fields: readonly string[]): Section['tolerance'] {
  return (field, file) => {
    const rtol = file['rtol_argmin'];
    return fields.includes(field) && rtol !== undefined ? { rtol } : undefined;
  };
}
