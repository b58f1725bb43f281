import type { Terminal } from './terminal.ts';

/** Exit status of a command that was interrupted while its operation goes on. */
export const interruptedStatus = 130;

/** Ctrl-C as something to wait for. */
export interface Interruptions {
  /** The next one; the same promise until it came. */
  next(): Promise<'interrupted'>;
  stop(): void;
}

export function interruptions(terminal: Terminal): Interruptions {
  let fire = (): void => undefined;
  let coming = renew();
  function renew(): Promise<'interrupted'> {
    return new Promise((resolve) => {
      fire = () => resolve('interrupted');
    });
  }
  const stop = terminal.onSignal('SIGINT', () => {
    fire();
  });
  return {
    next() {
      const one = coming;
      void one.then(() => {
        if (coming === one) coming = renew();
      });
      return one;
    },
    stop,
  };
}
