/** Lets in so many at once; the others wait in the order of coming. */
export interface Turnstile {
  /** Gives how to leave. Rejects with the signal's reason when it fires first. */
  enter(stop: AbortSignal): Promise<() => void>;
}

export function createTurnstile(places: number): Turnstile {
  let free = places;
  const waiting = new Set<() => void>();

  function leave(): void {
    free += 1;
    const [next] = waiting;
    next?.();
  }

  return {
    async enter(stop) {
      stop.throwIfAborted();
      if (free > 0) free -= 1;
      else {
        await new Promise<void>((resolve, reject) => {
          const forget = (): void => {
            waiting.delete(enter);
            stop.removeEventListener('abort', refuse);
          };
          const enter = (): void => {
            forget();
            free -= 1;
            resolve();
          };
          const refuse = (): void => {
            forget();
            reject(stop.reason as Error);
          };
          waiting.add(enter);
          stop.addEventListener('abort', refuse, { once: true });
        });
      }
      return leave;
    },
  };
}
