import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import type { OldWorker } from '../../domain/old-workers.ts';
import { showProc, workerStat } from './commands.ts';
import type { Place } from './place.ts';
import { createRuntimeSocket, type RuntimeSocket, type RuntimeSocketOptions } from './runtime-socket.ts';
import { parseShowProc, procOpening, type Workers } from './show-proc.ts';
import { statOpening } from './stat-lines.ts';
import { parseWorkerStat } from './worker-stat.ts';

/** A master CLI (`haproxy -W -S …`). */
export interface Master {
  /** Raises: those of RuntimeSocket.ask. */
  workers(signal: AbortSignal): Promise<Workers>;
  /**
   * What the old workers hold, asked one after the other; one that ends meanwhile holds nothing any more. Raises as
   * workers, and old-process where `pid` is not the current worker: then a reload came in between.
   */
  oldWorkers(pid: number, signal: AbortSignal): Promise<readonly OldWorker[]>;
  close(): void;
}

/** Nothing is connected yet: each question has a connection of its own, since a reload ends those of the master. */
export function openMaster(options: RuntimeSocketOptions): Master {
  const { place } = options;
  const socket = createRuntimeSocket(options);

  const workers = async (signal: AbortSignal): Promise<Workers> => {
    const question = { command: showProc, opening: procOpening, end: 'quit' } as const;
    return parseShowProc(place, await socket.ask(question, signal));
  };

  return {
    workers,
    async oldWorkers(pid, signal) {
      const { current, old } = await workers(signal);
      if (!current.includes(pid)) throw new RejuvError('old-process', { ...place, pid });
      const found: OldWorker[] = [];
      for (const one of old) {
        try {
          found.push(await readWorker(place, socket, one, signal));
        } catch (thrown) {
          signal.throwIfAborted();
          if ((await workers(signal)).old.includes(one)) throw asRejuvError(thrown);
        }
      }
      return found;
    },
    close: () => socket.close(),
  };
}

async function readWorker(
  place: Place,
  socket: RuntimeSocket,
  pid: number,
  signal: AbortSignal,
): Promise<OldWorker> {
  const line = { commands: [workerStat(pid)], opening: statOpening, end: 'quit' } as const;
  return parseWorkerStat(place, pid, Buffer.concat(await socket.askTogether(line, signal)));
}
