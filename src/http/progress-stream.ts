import { asRejuvError } from '../domain/errors.ts';
import type { Progress } from '../domain/progress.ts';
import { errorBody } from './error-body.ts';

/**
 * Progress as a body of one JSON object per line, each sent as it happens. It ends after the final line; an error
 * in the middle becomes a last line of the shape of an error. `leave` is called once nobody reads any more.
 */
export function progressStream(
  first: IteratorResult<Progress, unknown>,
  rest: AsyncIterator<Progress, unknown>,
  leave: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const line = (value: unknown): Uint8Array => encoder.encode(`${JSON.stringify(value)}\n`);
  let left = false;
  let pending: IteratorResult<Progress, unknown> | null = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = pending ?? (await rest.next());
          pending = null;
          if (left) return;
          if (next.done === true) {
            controller.close();
            leave();
          } else controller.enqueue(line(next.value));
        } catch (thrown) {
          if (left) return;
          controller.enqueue(line(errorBody(asRejuvError(thrown))));
          controller.close();
          leave();
        }
      },
      cancel() {
        left = true;
        leave();
      },
    },
    { highWaterMark: 0 },
  );
}
