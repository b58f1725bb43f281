import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { NoAnswer, repeat, within } from '../../../src/control/watch/patience.ts';
import { createClock } from '../../../src/io/clock.ts';

const clock = createClock();
const hang = async (): Promise<void> => await new Promise(() => undefined);

describe('what is waited for with a deadline', () => {
  it('leaves nothing in the memory once it is there, however long the stop is listened to', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const stop = new AbortController();
    const held: WeakRef<AbortSignal>[] = [];
    for (let time = 0; time < 20; time += 1) {
      await within(clock, 60_000, stop.signal, async (signal) => {
        held.push(new WeakRef(signal));
        await Promise.resolve();
      });
    }
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    // The last one may still lie on the stack.
    expect(held.filter((one) => one.deref() !== undefined).length).toBeLessThan(5);
    stop.abort();
  });

  it('ends with the deadline, and with the reason of the stop, where nobody heeds them', async () => {
    const stop = new AbortController();
    await expect(within(clock, 10, stop.signal, hang)).rejects.toThrow(NoAnswer);
    const waiting = within(clock, 60_000, stop.signal, hang);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await expect(within(clock, 60_000, stop.signal, hang)).rejects.toThrow('stopped');
  });
});

describe('many loops on one stop', () => {
  it('are no leak to Node, and end with it', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on('warning', hear);
    const controller = new AbortController();
    const stop = AbortSignal.any([controller.signal, new AbortController().signal]);
    let looks = 0;
    const loops = Array.from({ length: 20 }, async () => {
      await repeat(clock, 20, stop, async (own) => {
        looks += 1;
        await within(clock, 1_000, own, async () => await Promise.resolve());
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    controller.abort(new Error('over'));
    await Promise.all(loops);
    process.off('warning', hear);
    expect(looks).toBeGreaterThan(20);
    expect(warnings).toEqual([]);
  });
});
