import { afterEach, describe, expect, it } from 'vitest';
import type { Event } from '../../../src/domain/event.ts';
import type { LocalControl } from '../../../src/control/local-control.ts';
import type { BackendSettings } from '../../../src/domain/settings.ts';
import type { SourceSettings } from '../../../src/domain/sources.ts';
import { fakeWorld, never, type FakeWorld } from '../../fakes/world.ts';
import { rule } from '../../policy/aging/measured.ts';

const node: SourceSettings = {
  ...{ kind: 'exporter', name: 'node', url: 'http://{address}:9100/metrics', metrics: [] },
  ...{ only: null, auth: null, everyMs: 1_000, deadlineMs: 1_000, staleMs: 10_000 },
};
const aged = rule('memory.used > 50%', { forMs: 5_000 });

let world: FakeWorld;
let control: LocalControl;
let used: Record<string, number>;

/** A sidecar whose servers all have a fifth of their memory in use, until a test says otherwise. */
async function measuring(backend: Partial<BackendSettings> = {}): Promise<void> {
  used = {};
  world = fakeWorld({ source: 'sidecar', backend: { sources: [node], rules: [aged], ...backend } });
  control = world.control;
  world.metrics.answers.set('node', (_, { id }) => [
    { kind: 'gauge', figure: 'memory.used', value: used[id.server] ?? 0.2 },
  ]);
  await control.start(never);
  await pass(60_000);
}

const pass = async (ms: number): Promise<void> => await world.clock.sleep(ms, never);
const told = (type: Event['type']): Event[] => world.events.filter((event) => event.type === type);

afterEach(async () => await control.stop());

describe('the loop of measured aging', () => {
  it('is as quick as its quickest source', async () => {
    await measuring();
    used['web2'] = 0.9;
    const at = world.clock.now();
    await pass(12_000);
    const [found] = told('aged');
    expect(found).toMatchObject({ server: { server: 'web2' }, rule: 'memory.used > 50%' });
    expect(found!.at - at).toBeGreaterThanOrEqual(5_000);
    expect(found!.at - at).toBeLessThan(8_000);
  });
});
