import { createServer, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { backendName, operationId, serverName } from '../../src/domain/names.ts';
import type { OperationRequest } from '../../src/domain/operation.ts';
import { connectControl } from '../../src/http/client.ts';
import { createClock } from '../../src/io/clock.ts';
import { fakeId } from '../fakes/control.ts';
import { startSidecar, type TestSidecar } from './sidecar.ts';

const never = new AbortController().signal;
const target = { backend: backendName('shop'), server: serverName('web2') };
const request: OperationRequest = {
  kind: 'drain',
  target,
  trigger: 'operator',
  by: 'kim',
  reason: null,
  force: false,
  noWait: false,
  run: null,
  because: null,
};

let open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.toReversed()) await one.close();
  open = [];
});

async function sidecar(): Promise<TestSidecar> {
  const one = await startSidecar();
  open.push(one);
  return one;
}

/** Something on a unix socket that is no sidecar, or a broken one. */
async function impostor(serve: Parameters<typeof createServer>[1]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rejuv-http-'));
  const socket = join(directory, 'rejuv.sock');
  const server: Server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  open.push({
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  });
  return socket;
}

describe('Control over the socket', () => {
  it('asks the sidecar what Control asks', async () => {
    const { client, control } = await sidecar();
    expect(await client.status(never)).toEqual(control.now);
    expect(await client.begin(request, never)).toBe(fakeId);
    expect(await client.dryRun(request, never)).toEqual(control.rehearsal);
    expect(control.begun).toEqual([request, request]);
    await client.abort(fakeId, 'kim', 'enough', never);
    expect(control.aborted).toEqual([{ id: fakeId, by: 'kim', reason: 'enough' }]);
    await client.setRole(target, 'spare', null, 'new disk', never);
    expect(control.roles).toEqual([{ server: 'shop/web2', role: 'spare', by: null, reason: 'new disk' }]);
    expect(await client.history(never)).toEqual({ operations: [], runs: [] });
    expect(await client.plan(7, never)).toEqual(control.ahead);
    expect(await client.reload('kim', never)).toEqual({ changes: [] });
    expect(await client.why(target, never)).toEqual(control.reasons);
    expect(control.asked).toEqual(['plan 7', 'reload by kim', 'why shop/web2']);
  });

  it('raises what the sidecar raised, with the same sentence, fix and place', async () => {
    const { client, control } = await sidecar();
    const gate = new RejuvError('haproxy-silent', {
      loadBalancer: 'lb-a',
      command: 'show info',
      deadlineMs: 5,
    });
    control.fail('begin', gate);
    const raised = await client.begin(request, never).catch((error: unknown) => error);
    expect(raised).toBeInstanceOf(RejuvError);
    expect((raised as RejuvError).report()).toEqual(gate.report());
    expect((raised as RejuvError).facts).toEqual(gate.facts);
  });

  it('shows progress line by line as it happens, and ends with the last line', async () => {
    const { client, control } = await sidecar();
    const lines = client.watch(fakeId, never)[Symbol.asyncIterator]();
    control.emit({ sessions: { 'lb-a': 3 } });
    expect((await lines.next()).value).toMatchObject({ sessions: { 'lb-a': 3 } });
    control.emit({ sessions: { 'lb-a': 1 }, message: 'Grüße' });
    expect((await lines.next()).value).toMatchObject({ sessions: { 'lb-a': 1 }, message: 'Grüße' });
    control.emit({ state: 'completed', phase: 'completed' });
    expect((await lines.next()).value).toMatchObject({ state: 'completed' });
    expect((await lines.next()).done).toBe(true);
  });

  it('lets the sidecar stop watching once the client leaves', async () => {
    const { client, control } = await sidecar();
    const leave = new AbortController();
    const lines = client.watch(fakeId, leave.signal)[Symbol.asyncIterator]();
    control.emit({});
    await lines.next();
    expect(control.watchers.count).toBe(1);
    const next = lines.next();
    leave.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
    await expect.poll(() => control.watchers.count).toBe(0);
  });

  it('raises what breaks the progress in the middle', async () => {
    const { client, control } = await sidecar();
    control.emit({});
    control.breakOff(new RejuvError('stopping', {}));
    const lines = client.watch(fakeId, never)[Symbol.asyncIterator]();
    await lines.next();
    await expect(lines.next()).rejects.toMatchObject({ code: 'stopping' });
  });

  it('says that an operation is unknown', async () => {
    const { client } = await sidecar();
    const lines = client.watch(operationId('op-1'), never)[Symbol.asyncIterator]();
    await expect(lines.next()).rejects.toMatchObject({ code: 'unknown-operation' });
  });

  it('says sidecar-lost when the sidecar goes in the middle of the progress', async () => {
    const socket = await impostor((_, response) => {
      response.write('{"state":"running","phase":"draining"}\n');
      setImmediate(() => response.destroy());
    });
    const lines = connectControl(socket, createClock()).watch(fakeId, never)[Symbol.asyncIterator]();
    await lines.next();
    await expect(lines.next()).rejects.toMatchObject({ code: 'sidecar-lost' });
  });

  it.each([
    ['ends without a last line', '{"state":"running","phase":"draining"}\n'],
    ['holds garbage', 'garbage\n'],
    ['holds a line of something else', '{"hello":1}\n'],
    ['ends within a line', '{"state":"comple'],
  ])('says sidecar-lost when the progress %s', async (_, text) => {
    const socket = await impostor((_request, response) => response.end(text));
    const read = async (): Promise<void> => {
      for await (const line of connectControl(socket, createClock()).watch(fakeId, never))
        expect(line.state).toBe('running');
    };
    await expect(read()).rejects.toMatchObject({ code: 'sidecar-lost' });
  });

  it('says sidecar-lost when what answers is something else', async () => {
    const socket = await impostor((_, response) => response.writeHead(500).end('<html>'));
    await expect(connectControl(socket, createClock()).status(never)).rejects.toMatchObject({
      code: 'sidecar-lost',
    });
  });

  it.each([
    ['is cut', (response: ServerResponse) => response.writeHead(200).write('{"loadBalancers":[')],
    ['is no JSON', (response: ServerResponse) => response.end('{"loadBalancers":[')],
    ['is the JSON of something else', (response: ServerResponse) => response.end('{"hello":1}')],
  ])('says sidecar-lost when the status %s', async (_, answer) => {
    const socket = await impostor((_request, response) => {
      answer(response);
      setImmediate(() => response.destroy());
    });
    await expect(connectControl(socket, createClock()).status(never)).rejects.toMatchObject({
      code: 'sidecar-lost',
    });
  });

  it('lets go of a status once nobody wants it any more', async () => {
    const socket = await impostor(() => undefined);
    const leave = new AbortController();
    const status = connectControl(socket, createClock()).status(leave.signal);
    leave.abort(new Error('enough'));
    await expect(status).rejects.toThrow('enough');
  });

  it('says sidecar-absent where there is no socket', async () => {
    const gone = connectControl('/nonexistent/rejuv.sock', createClock());
    await expect(gone.status(never)).rejects.toMatchObject({ code: 'sidecar-absent', exit: 4 });
  });

  it('gives up a sidecar that says nothing, at a deadline of its own', async () => {
    const socket = await impostor(() => undefined);
    const clock = createClock();
    const hasty = { ...clock, timeout: (_: number, reason: Error) => clock.timeout(20, reason) };
    await expect(connectControl(socket, hasty).status(never)).rejects.toMatchObject({ code: 'sidecar-lost' });
  });
});
