import type { RollEvent } from '../domain/roll.ts';
import type { EventLine, Level } from './line.ts';
import { withoutSecrets } from './secrets.ts';

/** What the log says of a roll through a backend. */
export function rollLine(event: RollEvent): EventLine {
  switch (event.type) {
    case 'roll-opened': {
      const { id, backend, servers } = event.roll;
      const message = `going through ${backend}: ${servers.join(', ')}`;
      return line('info', message, { operation: id, backend, ...by(event.roll.by) });
    }
    case 'roll-passed-over': {
      const { id, server, code, reason } = event;
      return line('warn', `${server} is passed over: ${withoutSecrets(reason)}`, { operation: id, code });
    }
    case 'roll-asked':
      return line('warn', 'waits until a person says go on', { operation: event.id });
    case 'roll-continued':
      return line('info', 'goes on', { operation: event.id, ...by(event.by) });
    case 'roll-abort-asked':
      return line('warn', `is asked to stop: ${withoutSecrets(event.reason)}`, { operation: event.id });
    case 'roll-ended': {
      const { id, phase, reason } = event;
      const level = phase === 'completed' ? 'info' : phase === 'aborted' ? 'warn' : 'error';
      const why = reason === null ? '' : `: ${withoutSecrets(reason)}`;
      return line(level, `going through the backend ended ${phase}${why}`, { operation: id, phase });
    }
  }

  function line(level: Level, message: string, fields: EventLine['fields']): EventLine {
    const at = new Date(event.at).toISOString();
    return { level, message, fields: { event: event.type, at, ...fields } };
  }
}

function by(who: string | null): EventLine['fields'] {
  return who === null ? {} : { by: withoutSecrets(who) };
}
