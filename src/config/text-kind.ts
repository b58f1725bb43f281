import { z } from 'zod';

/** A text that was read, or why it could not be: `wrong` goes on from `poll is "5"`, `right` says what to write. */
export type Reading<T> = { readonly value: T } | { readonly wrong: string; readonly right: string };

/**
 * The schema of a value that is written as a text and means something else. A convention for the whole schema:
 * `error` says what would be right; what is wrong is told from the value that is there (wording.ts).
 */
export function textKind<T>(
  read: (text: string) => Reading<T>,
  about: { readonly title: string; readonly right: string; readonly pattern?: RegExp },
) {
  return z
    .string({ error: about.right })
    .transform((text, context) => {
      const reading = read(text);
      if ('value' in reading) return reading.value;
      context.issues.push({
        code: 'custom',
        input: text,
        message: reading.wrong,
        params: { right: reading.right },
      });
      return z.NEVER;
    })
    .meta({ title: about.title, ...(about.pattern === undefined ? {} : { pattern: about.pattern.source }) });
}
