import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { createRoutes } from '../../src/http/routes.ts';
import { createFakeControl, fakeId } from '../fakes/control.ts';

const good = { kind: 'drain', target: { backend: 'shop', server: 'web2' } };

async function post(path: string, body: string, control = createFakeControl()): Promise<Response> {
  return await createRoutes(control).request(path, { method: 'POST', body });
}

async function errorOf(response: Response): Promise<Record<string, unknown>> {
  const body = (await response.json()) as { error: Record<string, unknown> };
  return body.error;
}

describe('POST /v1/operations', () => {
  it('begins what is asked for, as an operator, and gives its id', async () => {
    const control = createFakeControl();
    const response = await post('/v1/operations', JSON.stringify(good), control);
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ id: fakeId });
    expect(control.begun).toEqual([
      { ...good, trigger: 'operator', by: null, reason: null, force: false, noWait: false },
    ]);
  });

  it.each([
    ['what is not JSON', '{'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['an unknown kind', JSON.stringify({ ...good, kind: 'failover' })],
    ['an unknown field', JSON.stringify({ ...good, now: true })],
    ['a trigger that is no person', JSON.stringify({ ...good, trigger: 'schedule' })],
    [
      'a name that carries a second command',
      JSON.stringify({ ...good, target: { backend: 'a', server: 'b;c' } }),
    ],
    ['a reason with a line break', JSON.stringify({ ...good, reason: 'a\nb' })],
    ['a reason of a whole novel', JSON.stringify({ ...good, reason: 'x'.repeat(2000) })],
    ['a body beyond the limit', ' '.repeat(70_000)],
  ])('refuses %s with 400 and begins nothing', async (_, body) => {
    const control = createFakeControl();
    const response = await post('/v1/operations', body, control);
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error['code']).toBe('usage');
    expect(Object.keys(error)).toEqual(expect.arrayContaining(['code', 'message', 'where', 'fix']));
    expect(control.begun).toEqual([]);
  });

  it('refuses force without a reason', async () => {
    const response = await post('/v1/operations', JSON.stringify({ ...good, force: true }));
    expect(response.status).toBe(400);
    expect((await errorOf(response))['code']).toBe('reason-needed');
  });

  it('answers a refusing gate with the status, sentence and fix of the catalogue', async () => {
    const control = createFakeControl();
    const gate = new RejuvError('min-serving', {
      backend: 'shop',
      left: 1,
      loadBalancer: 'lb-a',
      minimum: 2,
    });
    control.fail('begin', gate);
    const response = await post('/v1/operations', JSON.stringify(good), control);
    expect(response.status).toBe(409);
    expect(await errorOf(response)).toMatchObject(gate.report());
  });
});

describe('the other routes', () => {
  it('give the status, the history and a dry run', async () => {
    const control = createFakeControl();
    const app = createRoutes(control);
    expect(await (await app.request('/v1/status')).json()).toEqual(control.now);
    expect(await (await app.request('/v1/history')).json()).toEqual({ operations: [] });
    const plan = await post('/v1/operations/dry-run', JSON.stringify(good), control);
    expect(await plan.json()).toEqual(control.plan);
  });

  it('pass on an abort and a role', async () => {
    const control = createFakeControl();
    await post(`/v1/operations/${fakeId}/abort`, JSON.stringify({ by: 'kim', reason: 'enough' }), control);
    expect(control.aborted).toEqual([{ id: fakeId, by: 'kim', reason: 'enough' }]);
    const role = { server: good.target, role: 'spare', by: 'kim', reason: null };
    await post('/v1/role', JSON.stringify(role), control);
    expect(control.roles).toEqual([{ server: 'shop/web2', role: 'spare', by: 'kim', reason: null }]);
  });

  it('refuse an abort without a reason', async () => {
    expect((await post(`/v1/operations/${fakeId}/abort`, '{}')).status).toBe(400);
  });

  it('say that an unknown operation is not there before any progress is sent', async () => {
    const response = await createRoutes(createFakeControl()).request('/v1/operations/op-1/progress');
    expect(response.status).toBe(404);
    expect((await errorOf(response))['code']).toBe('unknown-operation');
  });

  it('say that there is nothing at another path', async () => {
    expect((await createRoutes(createFakeControl()).request('/v2/status')).status).toBe(404);
  });

  it('turn what should not happen into an internal error', async () => {
    const control = createFakeControl();
    control.fail('status', new Error('oops'));
    const response = await createRoutes(control).request('/v1/status');
    expect(response.status).toBe(500);
    expect(await errorOf(response)).toMatchObject({ code: 'internal' });
  });
});
