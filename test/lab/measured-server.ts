import { appendFile, chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the node exporter of a measured server answers. */
export const exporterPort = 9100;

/**
 * A namespace has no memory of its own: /proc/meminfo is that of the whole machine, where the leak of one server is lost.
 * So each measured server counts what its own processes really hold, every half second, against a memory of 512 MiB, and
 * that is its /proc/meminfo. It is written in place and always as long, so that no reader finds half of it.
 */
const memory = `#!/bin/sh
count() {
    held=$(cat /proc/[0-9]*/statm 2>/dev/null | awk '{ pages += $2 } END { print pages * 4 }')
    free=$((524288 - held))
    [ $free -gt 0 ] || free=0
    printf '%-16s%8d kB\\n' MemTotal: 524288 MemFree: $free MemAvailable: $free Buffers: 0 Cached: 0 \\
        SwapTotal: 0 SwapFree: 0 1<>/run/lab/meminfo
}
count
mount --bind /run/lab/meminfo /proc/meminfo
while sleep 0.5; do count; done
`;

const exporter = `#!/bin/sh
exec env GOMAXPROCS=1 prometheus-node-exporter --web.listen-address=:${exporterPort} --collector.disable-defaults \\
    --collector.meminfo --collector.loadavg --collector.stat --collector.filefd --collector.sockstat --collector.time
`;

/** The server in this directory starts both at each boot. */
export async function measureServer(directory: string): Promise<void> {
  for (const [name, text] of Object.entries({ memory, exporter })) {
    await writeFile(join(directory, name), text);
    await chmod(join(directory, name), 0o755);
  }
  const begin = ['memory', 'exporter'].map((name) => `/run/lab/${name} </dev/null >/dev/null 2>&1 &\n`);
  await appendFile(join(directory, 'start'), `${begin.join('')}:\n`);
}
