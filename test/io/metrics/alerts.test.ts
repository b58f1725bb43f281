import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertBlocker } from '../../../src/domain/blockers.ts';
import { createClock } from '../../../src/io/clock.ts';
import { createAlerts } from '../../../src/io/metrics/alerts.ts';
import { scratch } from '../store/scratch.ts';
import { LocalServers, noSignal, type Answering } from './targets.ts';

const servers = new LocalServers();
const alerts = createAlerts(createClock());
afterEach(() => servers.stop());

async function ask(answer: Answering, change: Partial<AlertBlocker> = {}) {
  const url = await servers.serve(answer);
  const usual = { kind: 'prometheus', deadlineMs: 2_000, matching: {}, except: [], auth: null } as const;
  return await alerts.firing({ ...usual, url, ...change }, noSignal);
}

const json =
  (body: unknown, status = 200): Answering =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const prometheus = (list: unknown, more: object = {}): Answering =>
  json({ status: 'success', data: { alerts: list }, ...more });

const firing = { labels: { alertname: 'Slow' }, state: 'firing', activeAt: '2026-11-28T08:00:00Z' };

/** Why nobody knows, without the words around it. */
async function refusal(answer: Answering, change: Partial<AlertBlocker> = {}): Promise<string> {
  try {
    await ask(answer, change);
  } catch (error) {
    expect(error).toMatchObject({ code: 'alerts-unknown' });
    return String((error as { facts: Record<string, unknown> }).facts['problem']);
  }
  throw new Error('it was taken for an answer');
}

describe('what fires', () => {
  it('is read from a Prometheus, pending alerts left out and unknown states not', async () => {
    const list = [firing, { ...firing, state: 'pending' }, { ...firing, state: 'burning', activeAt: 'soon' }];
    const since = Date.parse('2026-11-28T08:00:00Z');
    expect(await ask(prometheus(list))).toEqual([
      { labels: { alertname: 'Slow' }, since },
      { labels: { alertname: 'Slow' }, since: null },
    ]);
    expect(await ask(prometheus([]))).toEqual([]);
  });

  it('is read from an Alertmanager, which is asked for what is neither silenced nor inhibited', async () => {
    const asked: string[] = [];
    const list = [{ labels: { alertname: 'Slow' }, startsAt: '2026-11-28T08:00:00Z' }];
    const found = await ask(
      (request, response) => {
        asked.push(String(request.url));
        json(list)(request, response);
      },
      { kind: 'alertmanager' },
    );
    expect(found.map(({ labels }) => labels)).toEqual([{ alertname: 'Slow' }]);
    expect(asked).toEqual(['/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=true']);
  });

  it('is read packed as well, and in parts', async () => {
    const body = gzipSync(JSON.stringify({ status: 'success', data: { alerts: [firing] } }));
    const found = await ask((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.write(body.subarray(0, 20));
      setImmediate(() => response.end(body.subarray(20)));
    });
    expect(found).toHaveLength(1);
  });

  it('is asked with a password or a token out of a file', async () => {
    const directory = await scratch();
    const file = join(directory, 'secret');
    await writeFile(file, 'hush\n');
    const seen: (string | undefined)[] = [];
    const answer: Answering = (request, response) => {
      seen.push(request.headers.authorization);
      prometheus([])(request, response);
    };
    await ask(answer, { auth: { kind: 'bearer', tokenFile: file } });
    await ask(answer, { auth: { kind: 'basic', user: 'rejuv', passwordFile: file } });
    expect(seen).toEqual(['Bearer hush', `Basic ${Buffer.from('rejuv:hush').toString('base64')}`]);
  });
});

describe('an answer that blocks, for nobody knows what it leaves out', () => {
  it.each<[string, Answering, string]>([
    ['is no JSON', (_, r) => r.writeHead(200).end('<html>hello'), 'is none of a Prometheus'],
    ['is empty', (_, r) => r.writeHead(200).end(), 'is none of a Prometheus'],
    ['is JSON of something else', json({ status: 'ok' }), 'is none of a Prometheus'],
    [
      'is an error of Prometheus',
      json({ status: 'error', error: 'no leader' }, 503),
      'status 503: no leader',
    ],
    ['wants a password', json({ message: 'who are you' }, 401), 'status 401: who are you'],
    ['has no list', prometheus(null), 'no list of alerts'],
    ['warns', prometheus([], { warnings: ['a shard is missing'] }), 'a shard is missing'],
    ['has an alert without labels', prometheus([{ state: 'firing' }]), 'no labels'],
    ['has an alert that is none', prometheus([null]), 'no labels'],
    ['has a label that is no text', prometheus([{ labels: { a: 1 } }]), 'the label a'],
    ['leads elsewhere', (_, r) => r.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), 'redirect'],
    [
      'breaks off',
      (_, r) => void r.writeHead(200, { 'content-length': '99' }).write('{', () => r.destroy()),
      '',
    ],
    ['is packed badly', (_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end('no'), 'packed badly'],
  ])('%s', async (_, answer, words) => {
    expect(await refusal(answer)).toContain(words);
  });

  it('goes on without end', async () => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    const problem = await refusal(
      (_, response) => {
        response.writeHead(200);
        const more = (): void => void response.write(chunk, (error) => (error ? undefined : more()));
        more();
      },
      { deadlineMs: 20_000 },
    );
    expect(problem).toContain('goes on after 16 MiB');
  });

  it('does not come, or comes too slowly', async () => {
    expect(await refusal(() => undefined, { deadlineMs: 100 })).toContain('within 100 ms');
    const slow: Answering = (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    };
    expect(await refusal(slow, { deadlineMs: 200 })).toContain('within 200 ms');
    expect(await refusal(prometheus([]), { url: 'http://127.0.0.1:1' })).toContain('connection refused');
  });

  it('says nothing that would command a terminal, and is cut', async () => {
    const problem = await refusal(
      json({ status: 'error', error: `\u001b[2J\u0000${'x'.repeat(9_999)}` }, 500),
    );
    expect(problem).not.toMatch(/\p{Cc}/u);
    expect(problem.length).toBeLessThan(400);
  });
});
