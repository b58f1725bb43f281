import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { network } from './network.ts';

/** Writes the scripts by which a server starts its application. */
export async function writeServerScripts(
  directory: string,
  enabled: boolean,
  rootless: boolean,
): Promise<void> {
  const user = rootless ? '' : 'setpriv --reuid shop --regid shop --init-groups ';
  const scripts = {
    'app-start': [
      '#!/bin/sh',
      'umask 007',
      'mkdir -p /run/shop /var/lib/shop/sessions',
      ...(rootless ? [] : ['chown shop:shop /run/shop', 'chown -R shop:shop /var/lib/shop']),
      'chmod 2775 /var/lib/shop/sessions',
      `exec ${user}/run/node /run/lab/app.js ${network.appPort} ${network.agentPort}`,
    ],
    // The fault decides at boot whether the unit starts, as `systemctl enable` does.
    start: [
      '#!/bin/sh',
      ...(enabled ? ['[ -e /run/lab/faults/boot-without-app ] || systemctl start shop'] : []),
      ':',
    ],
  };
  for (const [name, lines] of Object.entries(scripts)) {
    await writeFile(join(directory, name), `${lines.join('\n')}\n`);
    await chmod(join(directory, name), 0o755);
  }
}
