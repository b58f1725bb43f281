import { z } from 'zod';
import { durationAboveZero } from './duration.ts';
import { filePath } from './file-path.ts';
import { flag, section, whole } from './section.ts';
import { host, sshTarget, user } from './ssh-target.ts';

const port = whole(1, 65_535);
const describe = {
  user: 'Who logs in.',
  port: 'Port of the SSH server.',
  privateKey:
    'Private key file without a passphrase. This, or `agent: true`, is needed as soon as SSH is used.',
  agent: 'Log in with the keys of the agent at SSH_AUTH_SOCK.',
  knownHosts: 'File of the known host keys; an unknown or changed key is refused.',
  connectTimeout: 'How long a login may take.',
};

/** Defaults for every host, load balancers included. */
export const sshDefaults = section({
  user: user.prefault('rejuv').meta({ description: describe.user }),
  port: port.default(22).meta({ description: describe.port }),
  privateKey: filePath.optional().meta({ description: describe.privateKey }),
  agent: flag().default(false).meta({ description: describe.agent }),
  knownHosts: filePath.prefault('/etc/rejuv/known_hosts').meta({ description: describe.knownHosts }),
  connectTimeout: durationAboveZero.prefault('10s').meta({ description: describe.connectTimeout }),
});

/** One host: as a text, or as a section that overrides any default. */
export const sshOfServer = z.union([
  sshTarget,
  section({
    host: host.meta({ description: 'Name or address of the host.' }),
    user: user.optional().meta({ description: describe.user }),
    port: port.optional().meta({ description: describe.port }),
    privateKey: filePath.optional().meta({ description: describe.privateKey }),
    agent: flag().optional().meta({ description: describe.agent }),
    knownHosts: filePath.optional().meta({ description: describe.knownHosts }),
    connectTimeout: durationAboveZero.optional().meta({ description: describe.connectTimeout }),
  }),
]);
