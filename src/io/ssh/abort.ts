/** One signal that fires with the reason of the first of several; `release` takes its listeners off them again. */
export function firstOf(signals: readonly AbortSignal[]): { readonly signal: AbortSignal; release(): void } {
  const joined = new AbortController();
  const listeners = signals.map((signal) => {
    const pass = (): void => joined.abort(signal.reason);
    if (signal.aborted) pass();
    signal.addEventListener('abort', pass, { once: true });
    return { signal, pass };
  });
  return {
    signal: joined.signal,
    release: () => {
      for (const { signal, pass } of listeners) signal.removeEventListener('abort', pass);
    },
  };
}

/** What `work` gives; rejects with the signal's reason when it fires first. What `work` does later is ignored. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  signal.throwIfAborted();
  let fire = (): void => undefined;
  const fired = new Promise<null>((resolve) => {
    fire = () => resolve(null);
  });
  signal.addEventListener('abort', fire, { once: true });
  try {
    const first = await Promise.race([work.then((value) => ({ value })), fired]);
    if (first !== null) return first.value;
  } finally {
    signal.removeEventListener('abort', fire);
  }
  signal.throwIfAborted();
  return await work;
}
