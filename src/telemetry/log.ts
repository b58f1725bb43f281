import { destination as toFile, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { Event } from '../domain/event.ts';
import { noRecords, type Records } from '../domain/records.ts';
import { eventLine } from './event-line.ts';
import type { Level } from './line.ts';
import { secretPaths } from './secrets.ts';

export type Log = Logger;

export interface LogOptions {
  readonly level: Level;
  /** Standard output unless told. */
  readonly destination?: DestinationStream;
}

/**
 * A log of one JSON object per line. Written synchronously: what was logged before a kill -9 is there, which a pino
 * transport in a worker thread does not promise. Rotation is journald's.
 */
export function createLog({ level, destination = toFile({ dest: 1, sync: true }) }: LogOptions): Log {
  return pino(
    {
      level,
      // pid and host name are journald's to add.
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretPaths, censor: '***' },
    },
    destination,
  );
}

/** Writes one line for an event. With the records after it, the line also names backend, server, phase and step. */
export function logEvent(log: Log, event: Event, records: Records = noRecords): void {
  const { level, message, fields } = eventLine(event, records);
  log[level](fields, message);
}
