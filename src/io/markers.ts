import { lstat, stat } from 'node:fs/promises';
import { RejuvError } from '../domain/errors.ts';
import type { Markers } from '../domain/seams.ts';

/** Marker files on this machine. */
export function createMarkers(): Markers {
  return {
    async writtenAt(path) {
      try {
        // A link that leads nowhere is a marker too: locks are made so.
        const { mtimeMs: linkedAt } = await lstat(path);
        const written = await stat(path).catch(() => null);
        return Math.max(linkedAt, written?.mtimeMs ?? linkedAt);
      } catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
        // A directory that is not there holds no marker; one that may not be read may hold one.
        if (code === 'ENOENT') return null;
        const problem = cause instanceof Error ? cause.message : String(cause);
        throw new RejuvError('marker-unreadable', { path, problem }, { cause });
      }
    },
  };
}
