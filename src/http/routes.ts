import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Control } from '../control/control.ts';
import { asRejuvError, RejuvError } from '../domain/errors.ts';
import { isHaproxyName, operationId, type OperationId } from '../domain/names.ts';
import type { OperationRequest } from '../domain/operation.ts';
import { errorBody } from './error-body.ts';
import { progressStream } from './progress-stream.ts';
import {
  abortBody,
  allClearBody,
  continueBody,
  operationBody,
  pauseBody,
  planQuery,
  readBody,
  readValue,
  reloadBody,
  resumeBody,
  roleBody,
  rollBody,
  whyQuery,
} from './request-bodies.ts';

const longestBody = 64 * 1024;

/** The API on the unix socket: the same questions as Control, under /v1. Errors are those of the catalogue. */
export function createRoutes(control: Control): Hono {
  const app = new Hono();
  app.use(
    bodyLimit({
      maxSize: longestBody,
      onError: () => {
        throw new RejuvError('usage', { problem: `the body is longer than ${longestBody} bytes` });
      },
    }),
  );
  app.onError((thrown, c) => {
    const error = asRejuvError(thrown);
    return c.json(errorBody(error), error.http);
  });
  app.notFound((c) => {
    const problem = `there is nothing at ${c.req.method} ${c.req.path}`;
    return c.json(errorBody(new RejuvError('usage', { problem })), 404);
  });

  app.get('/v1/status', async (c) => c.json(await control.status(c.req.raw.signal)));
  app.get('/v1/history', async (c) => c.json(await control.history(c.req.raw.signal)));
  app.get('/v1/plan', async (c) => {
    const { days } = readValue(c.req.query(), planQuery);
    return c.json(await control.plan(days, c.req.raw.signal));
  });
  app.get('/v1/why', async (c) => {
    const target = readValue(c.req.query(), whyQuery);
    return c.json(await control.why(target, c.req.raw.signal));
  });
  app.post('/v1/pause', async (c) => {
    const request = readBody(await c.req.text(), pauseBody);
    return c.json(await control.pause(request, c.req.raw.signal));
  });
  app.post('/v1/resume', async (c) => {
    const { by, reason } = readBody(await c.req.text(), resumeBody);
    await control.resume(by, reason, c.req.raw.signal);
    return c.json({});
  });
  app.post('/v1/all-clear', async (c) => {
    const { backend, by, reason } = readBody(await c.req.text(), allClearBody);
    await control.allClear(backend, by, reason, c.req.raw.signal);
    return c.json({});
  });
  app.post('/v1/reload', async (c) => {
    const { by } = readBody(await c.req.text(), reloadBody);
    return c.json(await control.reload(by, c.req.raw.signal));
  });

  app.post('/v1/operations', async (c) => {
    const request = readRequest(await c.req.text());
    return c.json({ id: await control.begin(request, c.req.raw.signal) }, 201);
  });
  app.post('/v1/operations/dry-run', async (c) => {
    const request = readRequest(await c.req.text());
    return c.json(await control.dryRun(request, c.req.raw.signal));
  });

  app.get('/v1/operations/:id/progress', async (c) => {
    const leaving = new AbortController();
    const signal = AbortSignal.any([c.req.raw.signal, leaving.signal]);
    const lines = control.watch(readId(c.req.param('id')), signal)[Symbol.asyncIterator]();
    // The first line is awaited here, so that an unknown operation is a 404 and not a broken stream.
    const body = progressStream(await lines.next(), lines, () => {
      leaving.abort(new Error('the client left'));
      lines.return?.().catch(() => undefined);
    });
    return c.body(body, 200, { 'content-type': 'application/x-ndjson', 'x-accel-buffering': 'no' });
  });

  app.post('/v1/operations/:id/abort', async (c) => {
    const { by, reason } = readBody(await c.req.text(), abortBody);
    await control.abort(readId(c.req.param('id')), by, reason, c.req.raw.signal);
    return c.json({});
  });

  app.post('/v1/rolls', async (c) => {
    const request = readBody(await c.req.text(), rollBody);
    return c.json({ id: await control.beginRoll(request, c.req.raw.signal) }, 201);
  });
  app.post('/v1/rolls/:id/continue', async (c) => {
    const { by } = readBody(await c.req.text(), continueBody);
    await control.continueRoll(readId(c.req.param('id')), by, c.req.raw.signal);
    return c.json({});
  });

  app.post('/v1/role', async (c) => {
    const { server, role, by, reason } = readBody(await c.req.text(), roleBody);
    await control.setRole(server, role, by, reason, c.req.raw.signal);
    return c.json({});
  });
  return app;
}

function readRequest(text: string): OperationRequest {
  const request = readBody(text, operationBody);
  if (request.force && request.reason === null) throw new RejuvError('reason-needed', {});
  return request;
}

function readId(text: string): OperationId {
  if (!isHaproxyName(text)) throw new RejuvError('unknown-operation', { id: text });
  return operationId(text);
}
