import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import type { LoadBalancer } from '../../domain/seams.ts';
import type { LoadBalancerSettings } from '../../domain/settings.ts';
import type { LoadBalancerGap, LoadBalancerView, Snapshot } from '../../domain/snapshot.ts';
import { showDuration } from '../show/duration.ts';
import { examinationMs, inTime } from './deadline.ts';
import { failed, found, notExamined, type Finding } from './finding.ts';
import { examineLimits, type Carries } from './limits.ts';
import type { Subject } from './subject.ts';
import { examineVersions } from './versions.ts';

const group = 'load balancers';

/** Both load balancers: do they answer, may rejuv change them, and do they fit each other? */
export async function examineLoadBalancers(
  subject: Subject,
  signal: AbortSignal,
): Promise<{ readonly findings: Finding[]; readonly snapshot: Snapshot }> {
  const { loadBalancers, clock } = subject;
  const looks = await Promise.all(loadBalancers.map(async (one) => await lookAt(subject, one, signal)));
  const snapshot: Snapshot = {
    at: clock.now(),
    views: looks.flatMap(({ view }) => view ?? []),
    gaps: looks.flatMap(({ gap }) => gap ?? []),
    excused: [],
  };
  const findings = [
    ...looks.flatMap((look) => look.findings),
    ...examineVersions(snapshot.views, clock.now()),
    ...examineLimits(looks.flatMap(({ carries }) => carries ?? [])),
  ];
  return { findings, snapshot };
}

interface Look {
  readonly findings: readonly Finding[];
  readonly view?: LoadBalancerView;
  readonly gap?: LoadBalancerGap;
  readonly carries?: Carries;
}

async function lookAt(subject: Subject, one: LoadBalancer, signal: AbortSignal): Promise<Look> {
  const { clock, settings } = subject;
  const { name } = one;
  const deadlineMs = deadlineOf(settings.loadBalancers.find((balancer) => balancer.name === name));
  const late = new RejuvError('haproxy-silent', { loadBalancer: name, command: 'show info', deadlineMs });
  let view: LoadBalancerView;
  try {
    view = await inTime(clock, { deadlineMs, late }, signal, (stop) => one.read(null, stop));
  } catch (thrown) {
    const gap: LoadBalancerGap = { name, error: asRejuvError(thrown), at: clock.now() };
    return { findings: [failed(group, name, thrown)], gap };
  }
  const [level, limits] = await Promise.all([
    examineLevel(subject, one, signal),
    readLimits(subject, name, signal),
  ]);
  const { pid } = view.process;
  const findings = [
    found('ok', group, name, `HAProxy ${view.version} answers, pid ${pid}`),
    ...(view.stopping
      ? [failed(group, name, new RejuvError('old-process', { loadBalancer: name, pid }))]
      : []),
    level,
  ];
  if ('carries' in limits) return { findings, view, carries: limits.carries };
  return { findings: [...findings, limits.finding], view };
}

/** A socket behind a login may take that long more. */
function deadlineOf(balancer: LoadBalancerSettings | undefined): number {
  if (balancer?.socket.kind !== 'ssh') return examinationMs;
  return Math.max(examinationMs, balancer.socket.login.connectTimeoutMs);
}

async function examineLevel({ clock }: Subject, one: LoadBalancer, signal: AbortSignal): Promise<Finding> {
  const { name } = one;
  const facts = { loadBalancer: name, command: 'show cli level', deadlineMs: examinationMs };
  const late = new RejuvError('haproxy-silent', facts);
  try {
    const deadline = { deadlineMs: examinationMs, late };
    const level = await inTime(clock, deadline, signal, (stop) => one.level(stop));
    if (level === 'admin') return found('ok', group, name, 'the socket allows changes (level admin)');
    const fix = 'add `level admin` to its `stats socket` line and reload HAProxy';
    const message = `the socket does not allow changes: its level is ${level}`;
    return { ...found('error', group, name, message, fix), code: 'haproxy-level' };
  } catch (thrown) {
    return failed(group, name, thrown);
  }
}

async function readLimits(
  { limits, clock }: Subject,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly carries: Carries } | { readonly finding: Finding }> {
  const late = new RejuvError('haproxy-silent', {
    ...{ loadBalancer: name, command: 'show info', deadlineMs: examinationMs },
  });
  const one = limits.find((candidate) => candidate.name === name);
  try {
    if (one === undefined) throw new RejuvError('internal', { problem: `no limits of ${name}` });
    const deadline = { deadlineMs: examinationMs, late };
    return { carries: { name, ...(await inTime(clock, deadline, signal, (stop) => one.read(stop))) } };
  } catch (thrown) {
    const problem = asRejuvError(thrown).message;
    return { finding: notExamined(group, name, `its limits of connections: ${problem}`, null) };
  }
}

/** The master sockets, and what it means to have none. */
export async function examineMasters(subject: Subject, signal: AbortSignal): Promise<Finding[]> {
  const { masters, settings } = subject;
  const asked = masters.map(async (master) => await examineMaster(subject, master, signal));
  const without = settings.loadBalancers
    .filter(({ name }) => !masters.some((master) => master.name === name))
    .map(({ name }) => {
      const wait = showDuration(settings.oldWorkersGoneMs);
      const message = `no master socket is configured: nobody sees what old workers of before a reload still hold; no reboot for ${wait} after each reload`;
      const fix = 'start HAProxy with -S (haproxy/README.md), and name that socket as `master`';
      return found('note', group, `${name} master`, message, fix);
    });
  return [...(await Promise.all(asked)).flat(), ...without];
}

async function examineMaster(
  { clock }: Subject,
  master: Subject['masters'][number],
  signal: AbortSignal,
): Promise<Finding[]> {
  const where = `${master.name} master`;
  const facts = { loadBalancer: master.name, command: 'show proc', deadlineMs: examinationMs };
  const late = new RejuvError('haproxy-silent', facts);
  try {
    const deadline = { deadlineMs: examinationMs, late };
    const { current, old } = await inTime(clock, deadline, signal, (stop) => master.workers(stop));
    const message = `the master socket answers: ${current.length} worker(s), ${old.length} old one(s)`;
    if (old.length === 0) return [found('ok', group, where, message)];
    const fix =
      'a server that one of them still serves is not rebooted; `hard-stop-after` in `global` sets them a limit';
    return [found('note', group, where, message, fix)];
  } catch (thrown) {
    return [failed(group, where, thrown)];
  }
}
