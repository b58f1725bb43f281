import type { Handler } from './call.ts';
import { check } from './check/check.ts';
import type { CommandName } from './commands.ts';
import { byHand, procedure } from './operate.ts';
import { role } from './role.ts';
import { run, schema } from './run.ts';
import { abort, history, watch } from './running.ts';
import { status } from './status.ts';

/** What each command of the table does. */
export const handlers: Readonly<Record<CommandName, Handler>> = {
  run,
  check,
  status,
  drain: byHand('drain'),
  maint: byHand('maint'),
  ready: byHand('ready'),
  role,
  rejuvenate: procedure('rejuvenation'),
  switchover: procedure('switchover'),
  watch,
  abort,
  history,
  schema,
};
