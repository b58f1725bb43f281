import type { Room } from './room.ts';
import { until } from '../lab/until.ts';

/** A service that was started as systemd would, with somebody in the place of systemd who hears what it says. */
export interface RunningUnit {
  /** The messages so far, in order. */
  heard(): string[];
  /** SIGTERM to its main process. */
  stop(): Promise<void>;
  /** Its exit status. */
  readonly status: Promise<number | null>;
}

/** Starts an installed unit in a room: its ExecStartPre as root, its ExecStart as its user, with a socket to notify. */
export async function startUnit(
  room: Room,
  name: string,
  options: { watchdogMs: number },
): Promise<RunningUnit> {
  const text = await room.must(`cat /usr/lib/systemd/system/${name}`);
  const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  if (value('Type') !== 'notify' || value('NotifyAccess') !== 'all')
    throw new Error(`${name} does not notify`);
  const socket = '/run/heard.sock';
  const ear = room.start(`echo $$ >/run/ear.pid; exec perl /given-heard ${socket}`);
  let messages = '';
  ear.stdout!.setEncoding('utf8').on('data', (text: string) => (messages += text));
  await until('somebody listens', () => messages.includes('listening'));
  await room.must(value('ExecStartPre').replace(/^\+/, ''));
  const user = value('User');
  const service = room.start(
    [
      `echo $$ >/run/main.pid; exec setpriv --reuid ${user} --regid ${value('Group')} --clear-groups --no-new-privs`,
      `env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin NOTIFY_SOCKET=${socket}`,
      `WATCHDOG_USEC=${options.watchdogMs * 1000} ${value('ExecStart')}`,
    ].join(' '),
  );
  let said = '';
  for (const stream of [service.stdout!, service.stderr!])
    stream.on('data', (text: Buffer) => (said += text.toString()));
  const status = new Promise<number | null>((resolve) => service.once('close', resolve));
  void status.then((code) => {
    if (code !== 0) console.error(`${name} ended with ${code ?? 'a signal'}: ${said}`);
  });
  return {
    heard: () =>
      messages
        .split('\n')
        .filter((line) => line !== '' && line !== 'listening')
        .map((line) => line.trim()),
    stop: async () => {
      await room.must('kill -TERM "$(cat /run/main.pid)"');
      await status;
      await room.must(`kill $(cat /run/ear.pid); rm ${socket} /run/ear.pid /run/main.pid`);
    },
    status,
  };
}
