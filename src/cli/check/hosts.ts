import { RejuvError } from '../../domain/errors.ts';
import { formatServerId } from '../../domain/names.ts';
import type { Host } from '../../domain/seams.ts';
import type { BackendSettings, ServerSettings, SshSettings } from '../../domain/settings.ts';
import { clockFinding, readClock } from './clocks.ts';
import { eachOf, examinationMs, inTime } from './deadline.ts';
import { failed, found, type Finding } from './finding.ts';
import { examineRights, unclearRights } from './rights.ts';
import type { Subject } from './subject.ts';

const group = 'hosts';

/** Logins at a time: with hundreds at once the key exchanges alone would run into their deadlines. */
const loginsAtOnce = 32;

/** The login to each server that has one: host key, boot id, the rights that its commands need, and its clock. */
export async function examineHosts(subject: Subject, signal: AbortSignal): Promise<Finding[]> {
  const { backends } = subject.settings;
  const servers = backends.flatMap((backend) => backend.servers.map((server) => ({ backend, server })));
  const perServer = await eachOf(servers, loginsAtOnce, async ({ backend, server }) => {
    return await examineHost(subject, backend, server, signal);
  });
  return [...perServer.flat(), ...backends.flatMap(unclearRights)];
}

async function examineHost(
  subject: Subject,
  backend: BackendSettings,
  server: ServerSettings,
  signal: AbortSignal,
): Promise<Finding[]> {
  const where = formatServerId({ backend: backend.name, server: server.name });
  const { ssh } = server;
  if (ssh === null) return [found('note', group, where, 'no `ssh`: manual verbs only')];
  try {
    return await withHost(subject, ssh, signal, async (host, stop) => {
      await host.boot(stop);
      const good = found('ok', group, where, `login as ${host.name} works, and its boot id can be read`);
      const rights = await examineRights(host, where, { backend, user: ssh.user }, stop);
      const apart = await readClock(subject.clock, (command) => host.run(command, examinationMs, stop));
      return [good, ...rights, clockFinding(where, apart)];
    });
  } catch (thrown) {
    return [failed(group, where, thrown)];
  }
}

/** Logs in within `connectTimeout`, and gives what is asked there ten seconds. Raises what `work` and logins raise. */
export async function withHost<T>(
  { hosts, clock }: Subject,
  ssh: SshSettings,
  signal: AbortSignal,
  work: (host: Host, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const name = `${ssh.user}@${ssh.host}:${ssh.port}`;
  const problem = `no login within ${ssh.connectTimeoutMs} ms`;
  const absent = new RejuvError('host-unreachable', { host: name, problem });
  const login = { deadlineMs: ssh.connectTimeoutMs, late: absent };
  const host = await inTime(clock, login, signal, (stop) => hosts.connect(ssh, stop));
  try {
    const facts = { host: name, command: 'rejuv check', deadlineMs: examinationMs };
    const late = new RejuvError('command-deadline', facts);
    return await inTime(clock, { deadlineMs: examinationMs, late }, signal, (stop) => work(host, stop));
  } finally {
    await host.close();
  }
}
