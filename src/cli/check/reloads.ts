import type { BackendSettings } from '../../domain/settings.ts';
import type { Unit } from '../../io/haproxy-config/unit.ts';
import { found, notExamined, type Finding } from './finding.ts';
import type { Configured } from './machines.ts';

const group = 'load balancers';

/**
 * Whether `maint` and `drain` survive a planned reload of one load balancer: HAProxy has to load a state file, and
 * its systemd unit has to write it. After a swap HAProxy's file still has the old spare in maint, so with spares it
 * is an error: a reload would put a sleeping server into service and take a serving one out.
 */
export function examineReloads(one: Configured, backends: readonly BackendSettings[]): Finding[] {
  const swaps = backends.some(({ servers }) => servers.some(({ role }) => role === 'spare'));
  const severity = swaps ? 'error' : 'warning';
  return [...examineStateFile(one, backends, severity), ...examineUnit(one, severity)];
}

function examineStateFile(
  { name, running: { configuration } }: Configured,
  backends: readonly BackendSettings[],
  severity: 'error' | 'warning',
): Finding[] {
  const { global, proxies } = configuration;
  const ours = backends.flatMap((backend) => proxies.get(backend.name) ?? []);
  const doubts = [...global.unsure, ...ours.flatMap(({ unsure }) => unsure)];
  const missing = [
    ...(global.serverStateFile ? [] : ['`server-state-file` in `global`']),
    ...ours
      .filter(({ serverState }) => serverState !== 'global')
      .map((proxy) => `\`load-server-state-from-file global\` for backend ${proxy.name}`),
  ];
  if (missing.length === 0) return [];
  if (doubts.length > 0) {
    return [notExamined(group, name, `whether it loads server states: ${doubts.join(', ')}`, null)];
  }
  const message = `it forgets maint and drain at each reload: there is no ${missing.join(', no ')}`;
  const fix =
    'add `server-state-file /var/lib/haproxy/server-state` to `global` and `load-server-state-from-file global` to `defaults` (haproxy/README.md)';
  return [found(severity, group, name, message, fix)];
}

function examineUnit({ name, unit }: Configured, severity: 'error' | 'warning'): Finding[] {
  if (unit === null) {
    const what = 'what saves its server states before a reload: systemd runs no unit there with this process';
    const fix =
      'call `save-server-state save` before each planned reload and `save-server-state loaded` after it';
    return [notExamined(group, name, what, fix)];
  }
  const missing = missingIn(unit);
  if (missing.length === 0) {
    return [found('ok', group, name, `${unit.name} saves the server states before a planned reload or stop`)];
  }
  const message = `${unit.name} does not save the server states: no \`save-server-state\` ${missing.join(', none ')}`;
  const fix =
    'install the drop-in haproxy/rejuv-state.conf with its script (haproxy/README.md, "Installing the drop-in")';
  return [found(severity, group, name, message, fix)];
}

/** Where the unit lacks what haproxy/rejuv-state.conf adds. */
function missingIn({ reload, stop, afterStart }: Unit): string[] {
  const at = (commands: readonly string[], word: string): number =>
    commands.findIndex((command) => new RegExp(`save-server-state['"]? ${word}\\b`).test(command));
  const signal = reload.findIndex((command) => /\bkill\b/.test(command));
  const save = at(reload, 'save');
  return [
    ...(save === -1 || (signal !== -1 && save > signal) ? ['before a reload (ExecReload)'] : []),
    ...(at(reload, 'loaded') === -1 ? ['after a reload (ExecReload)'] : []),
    ...(at(stop, 'save') === -1 ? ['before a stop (ExecStop)'] : []),
    ...(at(afterStart, 'loaded') === -1 ? ['after a start (ExecStartPost)'] : []),
  ];
}
