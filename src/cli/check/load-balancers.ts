import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import type { LoadBalancer } from '../../domain/seams.ts';
import type { LoadBalancerGap, LoadBalancerView, Snapshot } from '../../domain/snapshot.ts';
import { failed, found, type Finding } from './finding.ts';
import type { Subject } from './subject.ts';

const group = 'load balancers';

/** Both load balancers: do they answer, may rejuv change them, and is each the process that serves? */
export async function examineLoadBalancers(
  { loadBalancers, masters, clock }: Subject,
  signal: AbortSignal,
): Promise<{ readonly findings: Finding[]; readonly snapshot: Snapshot }> {
  const looks = await Promise.all(loadBalancers.map(async (one) => await lookAt(one, clock.now(), signal)));
  const asked = await Promise.all(masters.map(async (master) => await examineMaster(master, signal)));
  const snapshot: Snapshot = {
    at: clock.now(),
    views: looks.flatMap(({ view }) => view ?? []),
    gaps: looks.flatMap(({ gap }) => gap ?? []),
  };
  return { findings: [...looks.flatMap(({ findings }) => findings), ...asked], snapshot };
}

interface Look {
  readonly findings: readonly Finding[];
  readonly view?: LoadBalancerView;
  readonly gap?: LoadBalancerGap;
}

async function lookAt(one: LoadBalancer, at: number, signal: AbortSignal): Promise<Look> {
  let view: LoadBalancerView;
  try {
    view = await one.read(null, signal);
  } catch (thrown) {
    const gap: LoadBalancerGap = { name: one.name, error: asRejuvError(thrown), at };
    return { findings: [failed(group, one.name, thrown)], gap };
  }
  const findings = [found('ok', group, one.name, `HAProxy ${view.version} answers, pid ${view.process.pid}`)];
  if (view.stopping) {
    findings.push(
      failed(
        group,
        one.name,
        new RejuvError('old-process', { loadBalancer: one.name, pid: view.process.pid }),
      ),
    );
  }
  return { findings: [...findings, await examineLevel(one, signal)], view };
}

async function examineLevel(one: LoadBalancer, signal: AbortSignal): Promise<Finding> {
  try {
    const level = await one.level(signal);
    if (level === 'admin') return found('ok', group, one.name, 'the socket allows changes (level admin)');
    const fix = 'add `level admin` to its `stats socket` line and reload HAProxy';
    return found('error', group, one.name, `the socket does not allow changes: its level is ${level}`, fix);
  } catch (thrown) {
    return failed(group, one.name, thrown);
  }
}

async function examineMaster(master: Subject['masters'][number], signal: AbortSignal): Promise<Finding> {
  const where = `${master.name} master`;
  try {
    const { workers, oldWorkers } = await master.workers(signal);
    const message = `the master socket answers: ${workers} worker(s), ${oldWorkers} old one(s)`;
    return found('ok', group, where, message);
  } catch (thrown) {
    return failed(group, where, thrown);
  }
}
