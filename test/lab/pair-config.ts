import { readFile } from 'node:fs/promises';
import { network } from './network.ts';
import type { HaproxyOptions, ServerOptions } from './options.ts';

const shipped = new URL('../../haproxy/pair.cfg', import.meta.url);

/**
 * The configuration that one load balancer of a lab runs: the shipped haproxy/pair.cfg, with the servers of this lab,
 * quick checks, and more sockets for tests. A line that is to be changed and is not there is an error, so that the
 * shipped file and the lab cannot drift apart unnoticed.
 */
export async function pairConfig(
  node: string,
  servers: readonly ServerOptions[],
  options: HaproxyOptions,
  rootless: boolean,
): Promise<string> {
  let text = await readFile(shipped, 'utf8');
  const change = (line: RegExp, to: string): void => {
    const changed = text.replace(line, () => to);
    if (changed === text) throw new Error(`haproxy/pair.cfg has no line like ${line.source}`);
    text = changed;
  };
  const listed = servers
    .map((server, index) => ({ server, index }))
    .filter(({ server }) => server.missingOn !== node)
    .map(({ server, index }) => serverLine(server, index, options))
    .join('\n');

  change(/^ {4}log \/dev\/log local0$/m, '    log stdout format raw local0 notice');
  if (rootless)
    for (const line of [/^ {4}chroot .*\n/m, /^ {4}user .*\n/m, /^ {4}group .*\n/m]) change(line, '');
  if (rootless) change(/ group haproxy level admin/, ' level admin');
  change(
    /^( {4}stats maxconn) .*$/m,
    `    stats maxconn ${options.statsMaxconn ?? 100}\n${labSockets(rootless)}`,
  );
  if (options.stateFile === false) change(/^ {4}server-state-file .*\n/m, '');
  if (options.redispatch === false) change(/^ {4}option redispatch\n/m, '');
  if (options.persistence === 'none') change(/^ {4}cookie SERVERID.*\n/m, '');
  if (options.persistence === 'stick') change(/^ {4}cookie SERVERID.*\n/m, stickLines);
  change(
    /^ {4}default-server .*$/m,
    [defaultServer(options), ...indented(options.backendLines ?? [])].join('\n'),
  );
  change(/( {4}server .*\n)+( {4}#.*\n)*( {4}server .*\n)*/, `${listed}\n`);
  return `${text}\n${options.sections ?? ''}\n`;
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

// A client is bound by a cookie of its own, and both load balancers know to which server.
const stickLines = `    stick-table type string len 64 size 100k expire 30m peers pair
    stick on req.cook(sid)
`;

function labSockets(rootless: boolean): string {
  const group = rootless ? '' : ' group haproxy';
  return [
    `    stats socket /run/haproxy/user.sock mode 660${group} level user`,
    `    stats socket ipv4@:${network.adminPort} level admin`,
  ].join('\n');
}

function defaultServer(options: HaproxyOptions): string {
  const { inter = '250ms', fall = 2, rise = 2 } = options;
  const words = [
    ...(options.unchecked === true ? [] : [`check inter ${inter} fall ${fall} rise ${rise}`]),
    ...(options.agentCheck === true
      ? [`agent-check agent-port ${network.agentPort} agent-inter ${inter}`]
      : []),
    ...(options.serverWords === undefined ? [] : [options.serverWords]),
  ];
  return words.length === 0 ? '' : `    default-server ${words.join(' ')}`;
}

function serverLine(server: ServerOptions, index: number, options: HaproxyOptions): string {
  const words = [
    `    server ${server.name} ${network.server(index)}:${network.appPort}`,
    ...((options.persistence ?? 'cookie') === 'cookie' ? [`cookie ${server.name}`] : []),
    ...(server.disabled === true ? ['disabled'] : []),
    ...(server.words === undefined ? [] : [server.words]),
  ];
  return words.join(' ');
}
