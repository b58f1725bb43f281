import { found, type Finding } from './finding.ts';
import type { Configured } from './machines.ts';

const group = 'load balancers';

/** Fewer connections than this, and an exporter with a dashboard and a person leave none for rejuv. */
const fewestConnections = 20;

/** What the `global` section says that concerns rejuv. */
export function examineGlobal({ name, running: { configuration } }: Configured): Finding[] {
  const { statsMaxconn, closeSpreadTime, unsure } = configuration.global;
  if (unsure.length > 0) {
    const message = `not examined: its \`global\` section as a whole: ${unsure.join(', ')}`;
    return [found('note', group, name, message, 'look there for `stats maxconn` and `close-spread-time`')];
  }
  return [
    ...(statsMaxconn >= fewestConnections
      ? []
      : [
          found(
            'warning',
            group,
            name,
            `the runtime sockets take ${statsMaxconn} connections at a time; that many idle ones shut rejuv out for as long as \`stats timeout\``,
            'add `stats maxconn 100` to `global`',
          ),
        ]),
    ...(closeSpreadTime
      ? []
      : [
          found(
            'note',
            group,
            name,
            'at a reload all idle keep-alive connections are closed at once, and a client that sends just then sees a reset',
            'add `close-spread-time 10s` to `global`',
          ),
        ]),
  ];
}
