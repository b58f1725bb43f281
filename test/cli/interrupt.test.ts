import { describe, expect, it } from 'vitest';
import { fakeId } from '../fakes/control.ts';
import { contract } from './contract.ts';
import { jsonLines, setScene, type Scene } from './scene.ts';

const isProgress = contract('progress');

/** Starts a drain and waits until it shows its progress. */
async function draining(scene: Scene, ...more: string[]): Promise<Promise<number>[]> {
  scene.control.emit({ sessions: { 'lb-a': 2 } });
  const status = scene.run('drain', 'shop/web2', ...more);
  await expect.poll(() => scene.out() + scene.err()).toContain('draining');
  return [status];
}

describe('Ctrl-C without a terminal', () => {
  it('leaves the operation running and says how to follow and stop it', async () => {
    const scene = setScene();
    const [status] = await draining(scene);
    scene.signal('SIGINT');
    expect(await status).toBe(130);
    expect(scene.err()).toContain(`rejuv watch ${fakeId}`);
    expect(scene.err()).toContain(`rejuv abort ${fakeId}`);
    expect(scene.control.aborted).toEqual([]);
    expect(scene.listening('SIGINT')).toBe(false);
    await expect.poll(() => scene.control.watchers.count).toBe(0);
  });

  it('ends the JSON with a detached line', async () => {
    const scene = setScene();
    const [status] = await draining(scene, '--json');
    scene.signal('SIGINT');
    expect(await status).toBe(130);
    const last = jsonLines(scene).at(-1);
    expect(isProgress(last)).toBe(true);
    expect(last).toMatchObject({ state: 'detached', operation: fakeId, phase: 'draining' });
  });

  it('without a sidecar leaves the server as it is, and says who holds it', async () => {
    const scene = setScene();
    scene.sidecar = false;
    const [status] = await draining(scene);
    scene.signal('SIGINT');
    expect(await status).toBe(130);
    expect(scene.took).toContain('closed');
    expect(scene.err()).toContain('shop/web2 is held by you');
  });
});

describe('Ctrl-C on a terminal', () => {
  async function asked(): Promise<{ scene: Scene; status: Promise<number> | undefined }> {
    const scene = setScene();
    scene.isTTY = true;
    const [status] = await draining(scene);
    scene.signal('SIGINT');
    await expect.poll(() => scene.err()).toContain('[a]bort and roll back');
    return { scene, status };
  }

  it('asks, and aborts when told so', async () => {
    const { scene, status } = await asked();
    scene.control.onAbort = () => scene.control.emit({ state: 'aborted', phase: 'aborted', code: 'aborted' });
    scene.stdin.write('a\n');
    expect(await status).toBe(5);
    expect(scene.control.aborted).toEqual([{ id: fakeId, by: 'kim', reason: 'interrupted at the terminal' }]);
  });

  it('asks, and leaves it running when told so', async () => {
    const { scene, status } = await asked();
    scene.stdin.write('l\n');
    expect(await status).toBe(130);
    expect(scene.err()).toContain('goes on');
  });

  it('asks, and waits on when told so', async () => {
    const { scene, status } = await asked();
    scene.stdin.write('w\n');
    scene.control.emit({ state: 'completed', phase: 'completed' });
    expect(await status).toBe(0);
    expect(scene.control.aborted).toEqual([]);
  });

  it('asks again after an answer that is none', async () => {
    const { scene, status } = await asked();
    scene.stdin.write('what?\nl\n');
    expect(await status).toBe(130);
  });

  it('leaves it running when nobody can answer any more', async () => {
    const { scene, status } = await asked();
    scene.stdin.end();
    expect(await status).toBe(130);
  });
});
