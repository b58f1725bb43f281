import { afterEach, describe, expect, it } from 'vitest';
import { examineSources } from '../../src/cli/check/sources.ts';
import type { Subject } from '../../src/cli/check/subject.ts';
import { createClock } from '../../src/io/clock.ts';
import type { SourceSettings } from '../../src/domain/sources.ts';
import { createMetricSource } from '../../src/io/metrics/metric-source.ts';
import { fakeWorld } from '../fakes/world.ts';
import { exporterAt, LocalServers, pageMetric } from '../io/metrics/targets.ts';

const servers = new LocalServers();
afterEach(() => servers.stop());
const noSignal = new AbortController().signal;

/** What check says of one server. */
async function findings(sources: readonly SourceSettings[]): Promise<string[]> {
  const world = fakeWorld({ backend: { sources } });
  const clock = createClock();
  const [a, b] = [await world.a.read(null), await world.b.read(null)];
  const subject: Subject = {
    ...{ settings: world.settings, loadBalancers: [], masters: [], limits: [], hosts: world.hosts, clock },
    ...{ probe: world.world.probe, runner: world.world.runner, cron: world.world.cron },
    freezeFiles: world.freezeFiles,
    alerts: world.alerts,
    markers: world.markers,
    sourceOf: (settings) => createMetricSource(settings, { clock, hosts: world.hosts }),
  };
  const all = await examineSources(subject, { at: 0, views: [a, b], gaps: [], excused: [] }, noSignal);
  return all
    .filter(({ where }) => where.startsWith('shop/web1,'))
    .map(({ severity, where, message }) => `${severity} ${where}: ${message}`);
}

describe('sources, examined', () => {
  it('are said to give what they give', async () => {
    const url = await servers.page('go_threads 3\nprocess_open_fds 4\n');
    expect(await findings([exporterAt(url)])).toEqual([
      'ok shop/web1, node: gives process.files, threads',
      'note shop/web1, node: an application answers, but has no process_resident_memory_bytes: that figure is not measured here',
    ]);
  });

  it('are errors where a metric that is named does not exist', async () => {
    const url = await servers.page('node_load1 3\n');
    const named = exporterAt(url, {
      only: ['memory.used', 'load'],
      metrics: [pageMetric('carts', 'shop_karts')],
    });
    expect(await findings([named])).toEqual([
      'ok shop/web1, node: gives load',
      'error shop/web1, node: the page answers, but has no shop_karts',
      'error shop/web1, node: a node exporter answers, but has no node_memory_MemAvailable_bytes',
    ]);
  });

  it('are errors where nobody answers', async () => {
    expect(await findings([exporterAt('http://127.0.0.1:1/metrics')])).toEqual([
      'error shop/web1, node: source node of shop/web1 gives no answer at http://127.0.0.1:1/metrics: connection refused',
    ]);
  });

  it('are warned of when they are slow', async () => {
    const url = await servers.serve((_, response) => {
      setTimeout(() => response.end('go_threads 3\n'), 300);
    });
    const [, , slow] = await findings([exporterAt(url, { deadlineMs: 500, only: ['threads'] })]).then(
      (all) => ['', ...all],
    );
    expect(slow).toMatch(/^warning shop\/web1, node: it took \d{3} ms, and 500 ms is the limit$/);
  });

  it('are errors where two give the same figure', async () => {
    const url = await servers.page('go_threads 3\n');
    const two = [exporterAt(url, { only: ['threads'] }), exporterAt(url, { name: 'app' })];
    expect((await findings(two)).filter((line) => line.includes('as well'))).toEqual([
      "error shop/web1, app: threads comes from source node as well, and their values would be taken for one another's",
    ]);
  });
});
