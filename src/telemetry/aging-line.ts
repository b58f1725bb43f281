import type { AgingEvent } from '../domain/aging-event.ts';
import { formatServerId } from '../domain/names.ts';
import type { EventLine } from './line.ts';
import { withoutSecrets } from './secrets.ts';

/** What the log says of measured aging. */
export function agingLine(event: AgingEvent): EventLine {
  const { server, severity, rule, evidence } = event;
  const said = withoutSecrets(evidence);
  const message =
    event.type === 'aged'
      ? `${formatServerId(server)} is ${severity} by \`${rule}\`: ${said}`
      : `${formatServerId(server)} is no longer ${severity} by \`${rule}\`: ${said}`;
  return {
    level: event.type === 'aged' ? 'warn' : 'info',
    message,
    fields: { event: event.type, at: new Date(event.at).toISOString(), ...server, severity },
  };
}
