import type { Event } from '../domain/event.ts';
import { formatServerId, type OperationId, type ServerId } from '../domain/names.ts';
import type { EndPhase, Operation, PlannedStep } from '../domain/operation.ts';
import { findOperation, type Records } from '../domain/records.ts';
import type { EventLine, Level } from './line.ts';
import { agingLine } from './aging-line.ts';
import { faultLine } from './fault-line.ts';
import { rollLine } from './roll-line.ts';
import { withoutSecrets } from './secrets.ts';

const endLevels: Readonly<Record<EndPhase, Level>> = {
  completed: 'info',
  'called-off': 'info',
  aborted: 'warn',
  failed: 'error',
};

/**
 * What the log says of an event. `records` are those after it: they know which server an operation is about. Only
 * named fields come out, never a command or a login of a step; free texts are masked.
 */
export function eventLine(event: Event, records: Records): EventLine {
  switch (event.type) {
    case 'operation-opened': {
      const { kind, trigger, by, reason, force } = event.operation;
      return line('info', `${kind} of ${target(event.operation)} opened`, {
        ...ofOperation(event.operation),
        trigger,
        ...text('by', by),
        ...text('reason', reason),
        ...(force ? { force } : {}),
      });
    }
    case 'phase-entered':
      return line('info', `phase ${event.phase}`, { ...known(records, event.id), phase: event.phase });
    case 'step-begun': {
      const step = stepOf(records, event.id, event.index);
      return line('debug', `${nameOf(step)} begun`, {
        ...known(records, event.id),
        ...ofStep(event.index, step),
      });
    }
    case 'step-ended': {
      const step = stepOf(records, event.id, event.index);
      return line(event.state === 'failed' ? 'warn' : 'info', `${nameOf(step)} ${event.state}`, {
        ...known(records, event.id),
        ...ofStep(event.index, step),
        state: event.state,
        ...text('detail', event.detail),
      });
    }
    case 'deadline-set': {
      const deadline = event.deadline === null ? 'none' : new Date(event.deadline).toISOString();
      return line('debug', `deadline ${deadline}`, { ...known(records, event.id), deadline });
    }
    case 'abort-asked':
      return line('warn', 'abort asked', {
        ...known(records, event.id),
        ...text('by', event.by),
        ...text('reason', event.reason),
      });
    case 'course-left':
      return line(endLevels[event.cause.end], `leaves its course: ${withoutSecrets(event.cause.reason)}`, {
        ...known(records, event.id),
        end: event.cause.end,
        code: event.cause.code,
      });
    case 'course-turned':
      return line('error', `becomes a failover: ${withoutSecrets(event.reason)}`, known(records, event.id));
    case 'repair-redirected':
      return line('info', `ends in another way: ${withoutSecrets(event.reason)}`, {
        ...known(records, event.id),
        by: event.by,
      });
    case 'operation-resumed': {
      const message = event.how === 'carry-on' ? 'found open, and carried on' : 'found open, and rolled back';
      return line('warn', message, { ...known(records, event.id), how: event.how });
    }
    case 'operation-ended':
      return line(endLevels[event.phase], event.phase, { ...known(records, event.id), phase: event.phase });
    case 'admin-intended': {
      const { loadBalancer, from, to, unsure } = event;
      const message = unsure
        ? `${loadBalancer}: ${formatServerId(event.server)} goes from ${from} to ${to}`
        : `${loadBalancer}: ${formatServerId(event.server)} is ${to} already`;
      const fields = { ...maybe(event.id), ...ofServer(event.server), loadBalancer, from, to };
      return line('info', message, fields);
    }
    case 'admin-confirmed': {
      const { loadBalancer } = event;
      const message = `${loadBalancer}: the state of ${formatServerId(event.server)} is read back`;
      return line('debug', message, { ...ofServer(event.server), loadBalancer });
    }
    case 'admin-yielded': {
      const { loadBalancer, found } = event;
      const message = `${loadBalancer}: somebody set ${formatServerId(event.server)} ${found}; it is left alone`;
      return line('warn', message, { ...ofServer(event.server), loadBalancer, found });
    }
    case 'agent-intended': {
      const { loadBalancer, enabled } = event;
      const message = `${loadBalancer}: agent check of ${formatServerId(event.server)} goes ${enabled ? 'on' : 'off'}`;
      return line('info', message, { ...maybe(event.id), ...ofServer(event.server), loadBalancer, enabled });
    }
    case 'agent-restored': {
      const { loadBalancer } = event;
      const message = `${loadBalancer}: the agent check of ${formatServerId(event.server)} is as it was before`;
      return line('info', message, { ...ofServer(event.server), loadBalancer });
    }
    case 'weight-intended': {
      const { loadBalancer, to, share } = event;
      const message = `${loadBalancer}: weight of ${formatServerId(event.server)} goes to ${to}`;
      return line('info', message, {
        ...maybe(event.id),
        ...ofServer(event.server),
        loadBalancer,
        weight: to,
        share,
      });
    }
    case 'weight-confirmed': {
      const { loadBalancer, to } = event;
      const message = `${loadBalancer}: weight ${to} of ${formatServerId(event.server)} is read back`;
      return line('debug', message, { ...ofServer(event.server), loadBalancer, weight: to });
    }
    case 'weight-yielded': {
      const { loadBalancer, found } = event;
      const message = `${loadBalancer}: weight ${found} of ${formatServerId(event.server)} is left alone`;
      return line('warn', message, { ...ofServer(event.server), loadBalancer, found });
    }
    case 'role-set':
      return line('info', `${formatServerId(event.server)} is ${event.role}`, {
        ...ofServer(event.server),
        role: event.role,
        ...text('by', event.by),
        ...text('reason', event.reason),
      });
    case 'held':
      return line(event.failed ? 'error' : 'warn', `${formatServerId(event.server)} is held out of service`, {
        ...maybe(event.operation),
        ...ofServer(event.server),
        ...text('reason', event.reason),
      });
    case 'released':
      return line('info', `${formatServerId(event.server)} is no longer held`, ofServer(event.server));
    case 'verified':
      return line('info', `${formatServerId(event.server)} is verified`, {
        ...maybe(event.operation),
        ...ofServer(event.server),
      });
    case 'process-seen': {
      const { loadBalancer, process } = event;
      return line('info', `${loadBalancer}: HAProxy process ${process.pid}`, {
        loadBalancer,
        pid: process.pid,
      });
    }
    case 'states-restored': {
      const { loadBalancer, servers } = event;
      const message = `${loadBalancer}: a new process had forgotten ${servers.join(', ')}; set again`;
      return line('warn', message, { loadBalancer, servers: servers.join(', ') });
    }
    case 'schedule-watched':
      return line('debug', 'a schedule is watched from now on', { schedule: event.schedule });
    case 'schedule-forgotten':
      return line('info', 'a schedule left the config file', { schedule: event.schedule });
    case 'run-settled': {
      const { schedule, backend, due, count, outcome, server, code } = event;
      return line(
        outcome === 'skipped' ? 'info' : 'warn',
        `run ${outcome}: ${withoutSecrets(event.reason)}`,
        {
          ...{ schedule, backend, due: new Date(due).toISOString(), count, outcome, code },
          ...(server === null ? {} : { server }),
        },
      );
    }
    case 'paused': {
      const until =
        event.until === null ? 'until somebody resumes' : `until ${new Date(event.until).toISOString()}`;
      return line('warn', `paused ${until}: ${withoutSecrets(event.reason)}`, { ...text('by', event.by) });
    }
    case 'resumed':
      return line('info', 'resumed', { ...text('by', event.by), ...text('reason', event.reason) });
    case 'effect-measured': {
      const message =
        event.effect === null ? 'its effect cannot be measured any more' : 'its effect is measured';
      return line('info', message, known(records, event.id));
    }
    case 'config-reloaded': {
      const { changes } = event;
      const what = changes.length === 0 ? 'nothing is different' : changes.join('; ');
      return line('info', `the config file was read again: ${what}`, { ...text('by', event.by) });
    }
    case 'fault-seen':
    case 'fault-over':
    case 'recovered':
    case 'quarantined':
    case 'quarantine-ended':
    case 'storm-began':
    case 'storm-ended':
    case 'checkpoint-made':
    case 'checkpoint-failed':
      return faultLine(event);
    case 'aged':
    case 'aged-over':
      return agingLine(event);
    case 'roll-opened':
    case 'roll-passed-over':
    case 'roll-asked':
    case 'roll-continued':
    case 'roll-abort-asked':
    case 'roll-ended':
      return rollLine(event);
    case 'alert':
      return line('error', withoutSecrets(event.message), {
        ...maybe(event.operation),
        ...(event.server === null ? {} : ofServer(event.server)),
        alert: true,
        code: event.code,
        ...text('fix', event.fix),
      });
  }

  function line(level: Level, message: string, fields: EventLine['fields']): EventLine {
    return { level, message, fields: { event: event.type, at: new Date(event.at).toISOString(), ...fields } };
  }
}

type Fields = EventLine['fields'];

function target({ backend, server }: Operation): string {
  return formatServerId({ backend, server });
}

function known(records: Records, id: OperationId): Fields {
  const operation = findOperation(records, id);
  return operation === undefined ? { operation: id } : ofOperation(operation);
}

function ofOperation({ id, kind, backend, server, phase }: Operation): Fields {
  return { operation: id, kind, backend, server, phase };
}

function ofServer({ backend, server }: ServerId): Fields {
  return { backend, server };
}

function stepOf(records: Records, id: OperationId, index: number): PlannedStep | undefined {
  return findOperation(records, id)?.steps[index];
}

function nameOf(planned: PlannedStep | undefined): string {
  return planned === undefined
    ? 'step'
    : `step ${planned.step.kind} of ${formatServerId(planned.step.server)}`;
}

function ofStep(index: number, planned: PlannedStep | undefined): Fields {
  if (planned === undefined) return { index };
  return { index, step: planned.step.kind, phase: planned.phase, ...ofServer(planned.step.server) };
}

function maybe(operation: OperationId | null): Fields {
  return operation === null ? {} : { operation };
}

function text(name: string, value: string | null): Fields {
  return value === null ? {} : { [name]: withoutSecrets(value) };
}
