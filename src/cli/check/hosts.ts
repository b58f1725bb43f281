import { commandProblem } from '../../domain/command-problem.ts';
import { formatServerId } from '../../domain/names.ts';
import type { Host } from '../../domain/seams.ts';
import type { BackendSettings, ServerSettings } from '../../domain/settings.ts';
import { failed, found, type Finding } from './finding.ts';
import type { Subject } from './subject.ts';

const group = 'hosts';
const askDeadlineMs = 10_000;

/** The login to each server that has one: host key, boot id, and the rights that its commands need. */
export async function examineHosts(subject: Subject, signal: AbortSignal): Promise<Finding[]> {
  const perServer = subject.settings.backends.flatMap((backend) =>
    backend.servers.map(async (server) => await examineHost(subject, backend, server, signal)),
  );
  return (await Promise.all(perServer)).flat();
}

async function examineHost(
  { hosts }: Subject,
  backend: BackendSettings,
  server: ServerSettings,
  signal: AbortSignal,
): Promise<Finding[]> {
  const where = formatServerId({ backend: backend.name, server: server.name });
  if (server.ssh === null) return [found('note', group, where, 'no `ssh`: manual verbs only')];
  let host: Host;
  try {
    host = await hosts.connect(server.ssh, signal);
  } catch (thrown) {
    return [failed(group, where, thrown)];
  }
  try {
    await host.boot(signal);
    const good = found('ok', group, where, `login as ${host.name} works, and its boot id can be read`);
    return [good, ...(await examineRights(host, where, backend, signal))];
  } catch (thrown) {
    return [failed(group, where, thrown)];
  } finally {
    await host.close();
  }
}

async function examineRights(
  host: Host,
  where: string,
  backend: BackendSettings,
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { command, question } of rightsToAsk(backend)) {
    const problem = commandProblem(host.name, command, await host.run(question, askDeadlineMs, signal));
    if (problem === null) continue;
    const fix = 'allow exactly this command with NOPASSWD in sudoers';
    findings.push(found('error', group, where, `sudo there does not allow \`${command}\``, fix));
  }
  return findings;
}

/**
 * The configured sudo commands, each with the question whether sudo would allow it: `sudo -n -l COMMAND` runs
 * nothing. Only plain commands are asked about, so that the shell there finds nothing else to do.
 */
export function rightsToAsk(backend: BackendSettings): { command: string; question: string }[] {
  const commands = [
    backend.spare.start,
    backend.spare.stop,
    ...backend.duplex.map((one) => (one.kind === 'run' ? one.command : null)),
    ...backend.actions.map(({ command }) => command),
  ];
  return [...new Set(commands)].flatMap((command) => {
    const plain = command === null ? null : /^sudo\s+-n\s+([\w./][\w\s./:=@%+,-]*)$/.exec(command);
    return command === null || plain?.[1] === undefined
      ? []
      : [{ command, question: `sudo -n -l ${plain[1]}` }];
  });
}
