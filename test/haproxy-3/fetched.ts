import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { run } from '../lab/run.ts';

/** What fetch.sh left: an HAProxy 3.0 that runs, a reason why there is none, or one that no longer runs. */
export type Fetched =
  | { readonly state: 'there'; readonly binary: string }
  | { readonly state: 'absent' | 'broken'; readonly reason: string };

// A host of the lab mounts memory file systems here, so that nothing below is seen inside.
const hidden = ['/tmp/', '/var/tmp/', '/var/lib/', '/run/'];

/** HAProxy 3.0 in the cache of this clone, as a path that also holds inside the lab. */
export async function haproxy3(): Promise<Fetched> {
  const place = fileURLToPath(new URL('../../.cache/haproxy-3.0/', import.meta.url));
  const binary = `${place}haproxy`;
  if (!(await there(`${place}downloaded`))) {
    const reason = await readFile(`${place}why-not`, 'utf8').catch(
      () => 'test/haproxy-3/fetch.sh has not run in this clone',
    );
    return { state: 'absent', reason: reason.trim() };
  }
  const covered = hidden.find((directory) => place.startsWith(directory));
  if (covered !== undefined) {
    return {
      state: 'absent',
      reason: `this clone is below ${covered}, which a host of the lab does not see`,
    };
  }
  const ran = await run([binary, '-v']);
  if (ran.code !== 0 || !ran.stdout.startsWith('HAProxy version 3.0.')) {
    const said = `${ran.stdout}${ran.stderr}`.split('\n')[0] ?? '';
    return { state: 'broken', reason: `the downloaded HAProxy 3.0 does not run: ${said}` };
  }
  return { state: 'there', binary };
}

async function there(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
