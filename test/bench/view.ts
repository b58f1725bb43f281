// `npm run bench -- view`: see view.md.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writePrograms } from '../lab/programs.ts';
import { spreadOf } from './figures.ts';
import { startPair } from './pair.ts';
import { publish, type Row } from './report.ts';

interface Round {
  readonly clientMs: number;
  readonly haproxyMs: number;
  readonly servers: number;
}

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const pair = await startPair({ backends: 500, serversPerBackend: 20, checkedAt: null });
const rows: Row[] = [];
const details: Record<string, readonly Round[]> = {};
try {
  await writePrograms(pair.directory, ['view-client'], import.meta.url);
  for (const { what, backends, views, servers, goal } of [
    { what: 'all 10,000 servers', backends: 'all', views: 8, servers: 20_000, goal: 0.5 },
    { what: 'one backend of 20', backends: 'shop250', views: 300, servers: 40, goal: 0.5 },
    {
      what: 'five backends of 20',
      backends: pair.backends.slice(0, 5).join(),
      views: 150,
      servers: 200,
      goal: null,
    },
  ]) {
    const peers = pair.lbs.map(({ name, socket, pid }) => `${name}=${socket}=${pid}`);
    const script = join(pair.directory, 'view-client.js');
    const args = [script, dist, '11', String(views), backends, ...peers];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const rounds = JSON.parse(stdout) as Round[];
    if (rounds.some((round) => round.servers !== servers))
      throw new Error(`${what}: not all servers were seen`);
    details[what] = rounds;
    const each = (pick: (round: Round) => number) => spreadOf(rounds.map(pick));
    rows.push(
      {
        what: `${what}: client CPU / HAProxy CPU`,
        measured: each((r) => r.clientMs / r.haproxyMs),
        unit: '',
        goal,
      },
      { what: `${what}: client CPU per view`, measured: each((r) => r.clientMs), unit: ' ms', goal: null },
      { what: `${what}: HAProxy CPU per view`, measured: each((r) => r.haproxyMs), unit: ' ms', goal: null },
    );
  }
} finally {
  await pair.stop();
}
process.exitCode = await publish('view', rows, details);
