import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Control } from '../../src/control/control.ts';
import { connectControl } from '../../src/http/client.ts';
import { listen } from '../../src/http/listen.ts';
import { createRoutes } from '../../src/http/routes.ts';
import { createClock } from '../../src/io/clock.ts';
import { createFakeControl, type FakeControl } from '../fakes/control.ts';

export interface TestSidecar {
  readonly control: FakeControl;
  readonly client: Control;
  readonly socket: string;
  close(): Promise<void>;
}

/** The real routes on a real unix socket, over a fake Control. */
export async function startSidecar(): Promise<TestSidecar> {
  const directory = await mkdtemp(join(tmpdir(), 'rejuv-http-'));
  const socket = join(directory, 'rejuv.sock');
  const control = createFakeControl();
  const listener = await listen(createRoutes(control), { path: socket, group: null });
  return {
    control,
    client: connectControl(socket, createClock()),
    socket,
    async close() {
      await listener.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
