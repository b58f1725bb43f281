import { readUser } from '../../config/ssh-target.ts';
import { RejuvError } from '../../domain/errors.ts';
import { configPath, tell, type Call, type Handler } from '../call.ts';
import { chooseBackends, chooseLoadBalancers, chooseSpares, offerOf } from './choose.ts';
import { openDialogue, type Dialogue } from './dialogue.ts';
import { report } from './report.ts';
import { refuseExisting, saveFile } from './save.ts';
import { sketch, type SshSketch } from './sketch.ts';
import { writeConfig } from './write-config.ts';

/** Writes a config file from running HAProxys, to which it sends nothing but questions. */
export const init: Handler = async (call) => {
  const stop = new AbortController();
  const forget = call.terminal.onSignal('SIGINT', () => stop.abort(new Error('interrupted')));
  try {
    return await work(call, stop);
  } catch (thrown) {
    if (!stop.signal.aborted) throw thrown;
    tell(call, 'interrupted; nothing was written');
    return 130;
  } finally {
    forget();
  }
};

async function work(call: Call, stop: AbortController): Promise<number> {
  const { options, terminal, outside } = call;
  const force = options.force === true;
  const ask = terminal.isTTY && options.json !== true ? await openDialogue(terminal, stop) : null;
  const named = options.output ?? (ask === null ? configPath(call) : null);
  if (named !== null && named !== '-' && !force) refuseExisting(named);
  const ssh = await sshFor(call);
  const look = { surroundings: outside.init, ssh, signal: stop.signal };
  const seen = await chooseLoadBalancers(look, options.socket ?? [], ask);
  const offer = offerOf(seen);
  const backends = await chooseBackends(offer, seen, options.backend ?? [], ask);
  const spares = await chooseSpares(seen, backends, options, ask);
  const user = await sshUser(call, ask);
  const path = named ?? (await ask?.output(configPath(call), force)) ?? configPath(call);
  const overSsh = seen.some(({ socket }) => socket.startsWith('ssh://'));
  const drawn = sketch(seen, {
    backends,
    spares,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    ssh: { ...ssh, user, agent: overSsh && !ssh.keyThere },
  });
  const written = writeConfig(drawn);
  stop.signal.throwIfAborted();
  if (path !== '-') await saveFile(path, written.text, { replace: force });
  ask?.end(path === '-' ? 'done' : `${path} is written`);
  report(call, { path: path === '-' ? null : path, sketch: drawn, offer, ...written });
  return 0;
}

/** Where the packages put the key of rejuv. */
const privateKey = '/etc/rejuv/id_ed25519';

async function sshFor(call: Call): Promise<SshSketch> {
  const { sshUser: user = 'rejuv' } = call.options;
  const reading = readUser(user);
  if (!('value' in reading)) {
    const problem = `--ssh-user ${JSON.stringify(user)}, ${reading.wrong}; ${reading.right}`;
    throw new RejuvError('usage', { problem });
  }
  return { user, privateKey, keyThere: await call.outside.init.exists(privateKey), agent: false };
}

async function sshUser(call: Call, ask: Dialogue | null): Promise<string> {
  return call.options.sshUser ?? (await ask?.sshUser()) ?? 'rejuv';
}
