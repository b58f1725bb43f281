import type { FaultEvent } from '../domain/fault-event.ts';
import { formatServerId } from '../domain/names.ts';
import type { EventLine, Level } from './line.ts';
import { withoutSecrets } from './secrets.ts';

/** What the log says of a fault, its end, a breaker or a checkpoint. */
export function faultLine(event: FaultEvent): EventLine {
  switch (event.type) {
    case 'fault-seen': {
      const { verdict, evidence } = event;
      const level = verdict === 'failed' || verdict === 'hung' ? 'error' : 'warn';
      return line(level, `${name(event)} is ${verdict}: ${withoutSecrets(evidence.join('; '))}`, { verdict });
    }
    case 'fault-over':
      return line('info', `${name(event)} is well again`, {});
    case 'recovered':
      return line('info', `${name(event)} has recovered`, operation(event.operation));
    case 'quarantined':
      return line('error', `${name(event)} is quarantined: ${withoutSecrets(event.reason)}`, {});
    case 'quarantine-ended':
      return line('info', `${name(event)} is no longer quarantined`, by(event.by));
    case 'storm-began': {
      const { backend, servers } = event;
      const message = `storm in ${backend}: ${servers.join(', ')} failed at once; nothing is repaired`;
      return line('error', message, { backend, failed: servers.length });
    }
    case 'storm-ended':
      return line('warn', `the storm in ${event.backend} is over`, {
        backend: event.backend,
        ...by(event.by),
        ...(event.reason === null ? {} : { reason: withoutSecrets(event.reason) }),
      });
    case 'checkpoint-made': {
      const { receiver, slot, tookMs } = event;
      const where = receiver === null ? 'in the store' : `on ${receiver}`;
      return line('debug', `a checkpoint of ${name(event)} is ${where}`, { slot, tookMs });
    }
    case 'checkpoint-failed': {
      const { code, message } = event;
      return line('warn', `no checkpoint of ${name(event)}: ${withoutSecrets(message)}`, { code });
    }
  }

  function line(level: Level, message: string, fields: EventLine['fields']): EventLine {
    const server = 'server' in event ? { ...event.server } : {};
    return {
      level,
      message,
      fields: { event: event.type, at: new Date(event.at).toISOString(), ...server, ...fields },
    };
  }
}

function name({ server }: Extract<FaultEvent, { server: object }>): string {
  return formatServerId(server);
}

function by(who: string | null): EventLine['fields'] {
  return who === null ? {} : { by: withoutSecrets(who) };
}

function operation(id: string | null): EventLine['fields'] {
  return id === null ? {} : { operation: id };
}
