import type { Handler } from './call.ts';
import type { CommandName } from './commands.ts';

/** What each command of the table does. Each is loaded when it is called: `status` must not wait for the others. */
export const handlers: Readonly<Record<CommandName, Handler>> = {
  run: async (call) => await (await import('./run.ts')).run(call),
  check: async (call) => await (await import('./check/check.ts')).check(call),
  status: async (call) => await (await import('./status.ts')).status(call),
  drain: async (call) => await (await import('./operate.ts')).byHand('drain')(call),
  maint: async (call) => await (await import('./operate.ts')).byHand('maint')(call),
  ready: async (call) => await (await import('./operate.ts')).byHand('ready')(call),
  role: async (call) => await (await import('./role.ts')).role(call),
  rejuvenate: async (call) =>
    call.options.all === true
      ? await (await import('./roll.ts')).rollThrough(call)
      : await (await import('./operate.ts')).procedure('rejuvenation')(call),
  continue: async (call) => await (await import('./roll.ts')).goOn(call),
  switchover: async (call) => await (await import('./operate.ts')).procedure('switchover')(call),
  recover: async (call) => await (await import('./operate.ts')).procedure('recovery')(call),
  'all-clear': async (call) => await (await import('./all-clear.ts')).allClear(call),
  watch: async (call) => await (await import('./running.ts')).watch(call),
  abort: async (call) => await (await import('./running.ts')).abort(call),
  why: async (call) => await (await import('./why.ts')).why(call),
  history: async (call) => await (await import('./history.ts')).history(call),
  completion: async (call) => await (await import('./completion/completion.ts')).completion(call),
  names: async (call) => await (await import('./completion/completion.ts')).names(call),
  manual: async (call) => await (await import('./completion/completion.ts')).manual(call),
  init: async (call) => await (await import('./init/init.ts')).init(call),
  pause: async (call) => await (await import('./pause.ts')).pause(call),
  resume: async (call) => await (await import('./pause.ts')).resume(call),
  plan: async (call) => await (await import('./plan.ts')).plan(call),
  advise: async (call) => await (await import('./advise.ts')).advise(call),
  reload: async (call) => await (await import('./reload.ts')).reload(call),
  schema: async (call) => await (await import('./run.ts')).schema(call),
};
