import { describe, expect, it } from 'vitest';
import { createClock } from '../../src/io/clock.ts';
import { createRunner } from '../../src/io/runner.ts';

const never = new AbortController().signal;
const runner = createRunner(createClock());

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  for (let i = 0; i < 200 && alive(pid); i += 1) await createClock().sleep(10, never);
  expect(alive(pid)).toBe(false);
}

describe('a command on the own machine', () => {
  it('gives status and both outputs', async () => {
    const result = await runner.run('echo out; echo err >&2; exit 3', {}, 5000, never);
    expect(result).toEqual({ status: 3, endedBy: null, stdout: 'out\n', stderr: 'err\n', truncated: false });
  });

  it('sees the added environment besides the own one', async () => {
    const result = await runner.run(
      'echo "$REJUV_MESSAGE"; test -n "$PATH"',
      { REJUV_MESSAGE: 'a; b' },
      5000,
      never,
    );
    expect(result).toMatchObject({ status: 0, stdout: 'a; b\n' });
  });

  it('runs although a word of others in its environment holds a NUL', async () => {
    const { stdout } = await runner.run('printf %s "$WORD"', { WORD: 'an\0alert' }, 5000, never);
    expect(stdout).toBe('an?alert');
  });

  it('cannot report to systemd in our name', async () => {
    process.env['NOTIFY_SOCKET'] = '/run/systemd/notify';
    const result = await runner.run('test -z "${NOTIFY_SOCKET+set}"', {}, 5000, never);
    delete process.env['NOTIFY_SOCKET'];
    expect(result.status).toBe(0);
  });

  it('does not read from our input', async () => {
    expect(await runner.run('cat', {}, 5000, never)).toMatchObject({ status: 0, stdout: '' });
  });

  it('is killed with everything it started at its deadline', async () => {
    const result = await runner.run('sleep 300 & echo $!; wait', {}, 300, never);
    expect(result).toMatchObject({ status: null, endedBy: 'KILL' });
    await untilGone(Number(result.stdout));
  });

  it('is not waited for beyond its deadline by a process that left its group', async () => {
    const result = await runner.run('setsid sleep 300 & echo $!; exit 0', {}, 500, never);
    expect(result.status).toBe(0);
    process.kill(Number(result.stdout), 'SIGKILL');
  });

  it('is killed and rejects with the reason when the signal fires', async () => {
    const reason = new Error('stopping');
    const controller = new AbortController();
    const running = runner.run('sleep 300', {}, 60_000, controller.signal);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(runner.run('true', {}, 1000, controller.signal)).rejects.toBe(reason);
  });

  it('keeps the beginning of a long output and lets the command end', async () => {
    const result = await runner.run('head -c 300000 /dev/zero | tr "\\0" x; exit 7', {}, 5000, never);
    expect(result).toMatchObject({ status: 7, truncated: true });
    expect(result.stdout).toHaveLength(64 * 1024);
  });

  it('tells the signal that ended it', async () => {
    expect(await runner.run('kill -TERM $$', {}, 5000, never)).toMatchObject({
      status: null,
      endedBy: 'TERM',
    });
  });
});
