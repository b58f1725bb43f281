import { RejuvError } from '../../domain/errors.ts';
import { print, printJson, settingsOf, type Call } from '../call.ts';
import { showLook, showSetAside } from '../show/records.ts';
import { reportLook, reportSetAside } from './records-report.ts';

/** `check --records`: the records alone. 1 on damage; setting it aside is 0, as is finding nothing to set aside. */
export async function checkRecords(call: Call): Promise<number> {
  const settings = await settingsOf(call);
  if (call.options.setAside === true) {
    const done = reportSetAside(await call.outside.setAside(settings));
    if (call.options.json === true) printJson(call, done);
    else print(call, showSetAside(done));
    return 0;
  }
  const look = await call.outside.records(settings);
  const report = reportLook(look);
  if (call.options.json === true) printJson(call, report);
  else print(call, showLook(report, call.outside.clock.now()));
  return report.sound ? 0 : 1;
}

/** @throws RejuvError usage */
export function wantsRecords({ options }: Call): boolean {
  if (options.setAside === true && options.records !== true) {
    throw new RejuvError('usage', { problem: '--set-aside goes with --records' });
  }
  return options.records === true;
}
