import { command } from './command.ts';
import { durationAboveZero } from './duration.ts';
import { section } from './section.ts';

/** A reboot, as an action and as a step of recovery. */
export const reboot = section({
  command: command
    .prefault('sudo -n systemctl reboot')
    .meta({ description: 'What reboots the host; proven by another boot id.' }),
  deadline: durationAboveZero.prefault('10m').meta({ description: 'Until the host is back.' }),
});
