import type { Event } from '../domain/event.ts';
import { formatServerId } from '../domain/names.ts';
import type { Records } from '../domain/records.ts';
import type { World } from './world.ts';

/** The records as the engine uses them: on the disk first, then told, then a person if it is an alert. */
export interface Journal {
  records(): Records;
  record(event: Event): Promise<void>;
}

/** How long the shop's own alert command may take. */
const alertDeadlineMs = 30_000;

export function createJournal(now: () => World): Journal {
  const { store } = now();
  /** Alerts that could not be recorded, though a person was told: nobody is called twice for one. */
  const called = new Set<string>();
  return {
    records: () => store.records,
    async record(event) {
      try {
        await store.append(event);
        now().onEvent(event);
      } finally {
        // A full disk is no reason to keep a person in the dark.
        if (event.type === 'alert' && !called.has(aboutOf(event))) tell(now(), event);
        if (event.type === 'alert') called.add(aboutOf(event));
      }
      if (event.type === 'alert') called.delete(aboutOf(event));
    },
  };
}

function aboutOf({ code, server, operation }: Extract<Event, { type: 'alert' }>): string {
  return `${code} ${server === null ? '' : formatServerId(server)} ${operation ?? ''}`;
}

/** Nobody waits for it: a pager that hangs must not hold up an operation. */
function tell(world: World, event: Extract<Event, { type: 'alert' }>): void {
  const command = world.settings.onAlert;
  if (command === null) return;
  const environment = {
    REJUV_CODE: event.code,
    REJUV_MESSAGE: event.message,
    REJUV_FIX: event.fix,
    REJUV_SERVER: event.server === null ? '' : `${event.server.backend}/${event.server.server}`,
    REJUV_OPERATION: event.operation ?? '',
  };
  void world.runner.run(command, environment, alertDeadlineMs, new AbortController().signal);
}
