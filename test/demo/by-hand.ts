import { fileURLToPath } from 'node:url';
import type { Lab } from '../lab/lab.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** How to drive a kept lab from another terminal: lines to paste. */
export function byHand(lab: Lab, spare: string): string {
  const [a] = lab.lbs;
  const serving = lab.servers.find(({ name }) => name !== spare)!.name;
  return `
The lab stays up, with its clients and its sidecar, until Ctrl-C. Paste this into another terminal of the same user:

  inlab() { ${lab.enter.join(' ')} "$@"; }
  rejuv() { inlab ${process.execPath} ${main} -c ${lab.configFile} "$@"; }

and then

  rejuv status --watch
  rejuv rejuvenate shop/${serving} --dry-run      every step with the very commands; does nothing
  rejuv rejuvenate shop/${serving}                with progress on the terminal; Ctrl-C asks
  rejuv drain shop/${serving}; rejuv ready shop/${serving}
  rejuv history
  cat ${lab.configFile}

  inlab curl -si http://${lab.lbs[1].address}/                       a client
  echo 'show servers state shop' | socat - ${a.admin}
  ssh into a server: inlab ssh -i ${lab.directory}/id_ed25519 -o UserKnownHostsFile=${lab.directory}/known_hosts rejuv@${lab.servers[1]!.address}
`;
}
