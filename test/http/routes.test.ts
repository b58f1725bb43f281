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
      {
        ...good,
        trigger: 'operator',
        by: null,
        reason: null,
        force: false,
        noWait: false,
        run: null,
        because: null,
      },
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

  it('begins a roll through a backend, and says go on to it', async () => {
    const control = createFakeControl();
    const response = await post('/v1/rolls', JSON.stringify({ backend: 'shop', maxFailed: 2 }), control);
    expect(response.status).toBe(201);
    expect(control.rolls).toEqual([{ backend: 'shop', by: null, reason: null, force: false, maxFailed: 2 }]);
    expect((await post(`/v1/rolls/${fakeId}/continue`, JSON.stringify({ by: 'kim' }), control)).status).toBe(
      200,
    );
    expect(control.asked).toEqual([`continue ${fakeId} kim`]);
    expect((await post('/v1/rolls', JSON.stringify({ backend: 'a;b' }), control)).status).toBe(400);
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
    expect(await (await app.request('/v1/history')).json()).toEqual({ operations: [], runs: [] });
    const plan = await post('/v1/operations/dry-run', JSON.stringify(good), control);
    expect(await plan.json()).toEqual(control.rehearsal);
  });

  it('pass on an abort and a role', async () => {
    const control = createFakeControl();
    await post(`/v1/operations/${fakeId}/abort`, JSON.stringify({ by: 'kim', reason: 'enough' }), control);
    expect(control.aborted).toEqual([{ id: fakeId, by: 'kim', reason: 'enough' }]);
    const role = { server: good.target, role: 'spare', by: 'kim', reason: null };
    await post('/v1/role', JSON.stringify(role), control);
    expect(control.roles).toEqual([{ server: 'shop/web2', role: 'spare', by: 'kim', reason: null }]);
  });

  it('say why of one server, and refuse what names none', async () => {
    const control = createFakeControl();
    const app = createRoutes(control);
    const answer = await app.request('/v1/why?backend=shop&server=web2');
    expect(await answer.json()).toEqual(control.reasons);
    expect(control.asked).toEqual(['why shop/web2']);
    for (const wrong of ['', 'backend=shop', 'backend=shop&server=a%3Bb', 'backend=shop&server=web2&x=1']) {
      expect((await app.request(`/v1/why?${wrong}`)).status, wrong).toBe(400);
    }
  });

  it('give a plan of fourteen days unless told, and refuse days that are none', async () => {
    const control = createFakeControl();
    const app = createRoutes(control);
    expect((await app.request('/v1/plan')).status).toBe(200);
    expect((await app.request('/v1/plan?days=30')).status).toBe(200);
    expect(control.asked).toEqual(['plan 14', 'plan 30']);
    for (const wrong of ['days=0', 'days=1.5', 'days=many', 'days=401', 'weeks=2']) {
      expect((await app.request(`/v1/plan?${wrong}`)).status, wrong).toBe(400);
    }
  });

  it('reload the config file, and say what is wrong with it', async () => {
    const control = createFakeControl();
    expect((await post('/v1/reload', '{"by":"kim"}', control)).status).toBe(200);
    expect(control.asked).toEqual(['reload by kim']);
    const facts = { path: '/etc/rejuv/rejuv.yaml', count: 1, problems: 'line 3' };
    control.fail('reload', new RejuvError('config-invalid', facts));
    const refused = await post('/v1/reload', '{}', control);
    expect(refused.status).toBe(422);
    expect((await errorOf(refused))['code']).toBe('config-invalid');
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
