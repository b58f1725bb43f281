import { print, settingsOf, type Handler } from './call.ts';

/** The sidecar, until SIGTERM or SIGINT; SIGHUP reads the config file again. */
export const run: Handler = async (call) => {
  const settings = await settingsOf(call);
  const stop = new AbortController();
  const stopping = (): void => stop.abort(new Error('a signal asked the sidecar to stop'));
  const forget = [call.terminal.onSignal('SIGTERM', stopping), call.terminal.onSignal('SIGINT', stopping)];
  try {
    const start = {
      settings,
      reread: async () => await settingsOf(call),
      onReload: (listener: () => void) => call.terminal.onSignal('SIGHUP', listener),
    };
    await call.outside.daemon(start, call.terminal.stdout, stop.signal);
    return 0;
  } finally {
    for (const undo of forget) undo();
  }
};

/** The JSON Schema of the config file. */
export const schema: Handler = async (call) => {
  print(call, JSON.stringify(await call.outside.configSchema(), null, 2));
  return 0;
};
