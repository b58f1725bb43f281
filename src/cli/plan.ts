import { RejuvError } from '../domain/errors.ts';
import { longestPlanDays, usualPlanDays, type Plan } from '../domain/plan.ts';
import { print, printJson, settingsOf, tell, unhurried, type Call, type Handler } from './call.ts';
import { showPlan } from './show/plan.ts';

/** What the schedules will do: from the sidecar, else from the load balancers, the hosts and the records. */
export const plan: Handler = async (call) => {
  const days = daysOf(call);
  const settings = await settingsOf(call);
  const sidecar = await call.outside.sidecar(settings);
  let found: Plan;
  if (sidecar === null) {
    const onlooker = await call.outside.onlooker(settings);
    try {
      for (const warning of onlooker.warnings) tell(call, warning);
      found = await onlooker.control.plan(days, unhurried);
    } finally {
      await onlooker.close();
    }
    tell(call, 'no sidecar is running: this is what one started now would do');
  } else found = await sidecar.plan(days, unhurried);
  if (call.options.json === true) printJson(call, found);
  else
    print(
      call,
      showPlan(found, { colours: call.terminal.colours, timeZone: call.terminal.timeZone ?? localZone() }),
    );
  return 0;
};

function daysOf({ options: { days } }: Call): number {
  if (days === undefined) return usualPlanDays;
  const number = Number(days);
  if (/^\d+$/.test(days) && number >= 1 && number <= longestPlanDays) return number;
  throw new RejuvError('usage', {
    problem: `--days is a whole number from 1 to ${longestPlanDays}, not ${JSON.stringify(days)}`,
  });
}

function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
