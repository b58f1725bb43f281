import { constants, type StatsFs } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import type { Settings } from '../../domain/settings.ts';
import { whoAnswers } from '../../http/answers.ts';
import { groupId } from '../../http/group-id.ts';
import { lookAtRecords } from '../../io/store/look.ts';
import { failed, found, notExamined, type Finding } from './finding.ts';

const group = 'sidecar';

/** The directories of the sidecar. Nothing is created, and no lock is taken: one may be running. */
export async function examinePlaces({ stateDirectory, listen }: Settings): Promise<Finding[]> {
  return [
    await examineState(stateDirectory),
    ...(await examineContent(stateDirectory)),
    ...(await examineRoom(stateDirectory)),
    await examineListen(listen.path),
    ...(listen.group === null ? [] : [await examineGroup(listen.group)]),
  ];
}

async function examineState(path: string): Promise<Finding> {
  // The records make their own directories, however many are missing.
  const problem = await writeProblem(path, 'all');
  if (problem === null) return found('ok', group, path, 'the records can be written');
  return failed(group, path, new RejuvError('records-unwritable', { path, problem }));
}

/** The records themselves; nothing is said where there are none yet. */
async function examineContent(path: string): Promise<Finding[]> {
  try {
    const { bytes, seen } = await lookAtRecords(path);
    const [damage] = seen.damages;
    if (damage !== undefined) return [failed(group, path, new RejuvError('records-damaged', { ...damage }))];
    return bytes.journal === null ? [] : [found('ok', group, path, 'the records are sound')];
  } catch (thrown) {
    const { code, message } = asRejuvError(thrown);
    if (code !== 'records-unwritable') return [failed(group, path, thrown)];
    const fix = 'run `rejuv check` as the user of the sidecar, or as root';
    return [notExamined(group, path, `whether the records are sound: ${message}`, fix)];
  }
}

/** Records are small; but a disk that fills up stops every operation. */
const leastFreeBytes = 100 * 1024 * 1024;

/** The room on the disk of the records. */
async function examineRoom(path: string): Promise<Finding[]> {
  const disk = await diskOf(path);
  if (disk === null) return [];
  const { bavail, bsize, files, ffree } = disk;
  const free = bavail * bsize;
  const room = `${Math.floor(free / 1024 / 1024)} MiB are free there`;
  const fix = 'make room on that file system, or put `state` on another one';
  if (free < leastFreeBytes) {
    return [found('warning', group, path, `the disk is nearly full: ${room}`, fix)];
  }
  // A file system without inodes of its own (btrfs) counts none at all.
  if (files > 0 && ffree === 0) return [found('warning', group, path, 'the disk has no inode left', fix)];
  return [found('ok', group, path, room)];
}

async function diskOf(path: string): Promise<StatsFs | null> {
  try {
    return await statfs(path);
  } catch (cause) {
    const parent = dirname(path);
    return isMissing(cause) && parent !== path ? await diskOf(parent) : null;
  }
}

async function examineListen(socket: string): Promise<Finding> {
  if ((await whoAnswers(socket)) === 'somebody') return found('ok', group, socket, 'a sidecar answers');
  const problem = await writeProblem(dirname(socket));
  if (problem === null) return found('ok', group, socket, 'no sidecar answers; one could listen there');
  return failed(group, socket, new RejuvError('listen-failed', { socket, problem }));
}

async function examineGroup(name: string): Promise<Finding> {
  if ((await groupId(name)) !== null) return found('ok', group, `group ${name}`, 'the group exists');
  const fix = `create it (\`groupadd ${name}\`), or correct \`listen.group\``;
  return found('error', group, `group ${name}`, 'there is no such group', fix);
}

/** Why files cannot be made in a directory, or null; a missing one is made where the one above allows. */
async function writeProblem(directory: string, made: 'one' | 'all' = 'one'): Promise<string | null> {
  try {
    if (!(await stat(directory)).isDirectory()) return `${directory} is not a directory`;
  } catch (cause) {
    if (!isMissing(cause)) return `no permission to look at ${directory}`;
    const parent = dirname(directory);
    return made === 'one' || parent === directory ? await writable(parent) : await writeProblem(parent, made);
  }
  return await writable(directory);
}

async function writable(directory: string): Promise<string | null> {
  try {
    await access(directory, constants.W_OK | constants.X_OK);
    return null;
  } catch (cause) {
    return isMissing(cause) ? `${directory} does not exist` : `no permission to write in ${directory}`;
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
