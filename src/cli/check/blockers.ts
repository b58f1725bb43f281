import { dirname } from 'node:path';
import type { AlertBlocker, DeployMarker } from '../../domain/blockers.ts';
import { failed, found, type Finding } from './finding.ts';
import type { Subject } from './subject.ts';

const group = 'blockers';

/** Asks each alert server once, and looks for each deploy marker. It changes nothing. */
export async function examineBlockers(
  subject: Pick<Subject, 'settings' | 'alerts' | 'markers' | 'clock'>,
  signal: AbortSignal,
): Promise<Finding[]> {
  const all = subject.settings.backends.map(({ blockers }) => blockers);
  const servers = new Map(all.flatMap(({ alerts }) => alerts.map((one) => [`${one.kind} ${one.url}`, one])));
  const markers = new Map<string, DeployMarker>();
  for (const one of all.flatMap(({ deploys }) => deploys)) {
    markers.set(one.path, longerBlocking(one, markers.get(one.path)));
  }
  const findings = await Promise.all([
    ...[...servers.values()].map(async (one) => await alertServer(subject, one, signal)),
    ...[...markers.values()].map(async (one) => await deployMarker(subject, one)),
  ]);
  return findings;
}

async function alertServer(
  { alerts }: Pick<Subject, 'alerts'>,
  blocker: AlertBlocker,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    const { length } = await alerts.firing(blocker, signal);
    return found('ok', group, blocker.url, `it answers, and ${length} alert(s) fire there`);
  } catch (thrown) {
    signal.throwIfAborted();
    return failed(group, blocker.url, thrown);
  }
}

/** Backends may differ in how long the same file blocks: it was left behind once it blocks none of them. */
function longerBlocking(one: DeployMarker, other: DeployMarker | undefined): DeployMarker {
  if (other === undefined || one.maxAgeMs === null) return one;
  return other.maxAgeMs === null || other.maxAgeMs > one.maxAgeMs ? other : one;
}

async function deployMarker(
  { markers, clock }: Pick<Subject, 'markers' | 'clock'>,
  { path, maxAgeMs }: DeployMarker,
): Promise<Finding> {
  try {
    const writtenAt = await markers.writtenAt(path);
    if (writtenAt !== null) {
      const since = new Date(writtenAt).toISOString();
      return maxAgeMs !== null && clock.now() - writtenAt > maxAgeMs
        ? found(
            'warning',
            group,
            path,
            `it was left behind: it is there since ${since}, longer than \`maxAge\`, and blocks no more`,
            'remove the file, and see that a deployment removes it as its last step',
          )
        : found('note', group, path, `it is there since ${since}: the shop is being deployed`);
    }
    const directory = dirname(path);
    // Nobody can write a marker where no directory is: the deployments of this shop would go unseen.
    return (await markers.writtenAt(directory)) === null
      ? found('warning', group, path, `there is no ${directory}`, 'correct the path, or make the directory')
      : found('ok', group, path, 'it is not there: nothing is being deployed');
  } catch (thrown) {
    return failed(group, path, thrown);
  }
}
