import type { GivenRates } from '../config/given-rates.ts';
import { asRejuvError, RejuvError } from '../domain/errors.ts';
import { backendName, isHaproxyName } from '../domain/names.ts';
import { findBackend } from '../domain/settings.ts';
import type { Observations } from '../model/estimate/history.ts';
import type { Advice } from './advise/advice.ts';
import { questionOf, type Configured } from './advise/ask.ts';
import { pricesOf } from './advise/costs.ts';
import { frameOf } from './advise/frame.ts';
import { gather, nothingSeen, observe } from './advise/gather.ts';
import { picture } from './advise/picture.ts';
import { reckon } from './advise/reckon.ts';
import { showAdvice } from './advise/show-advice.ts';
import { assumptionsOf, summaryOf, unansweredSummary } from './advise/words.ts';
import { print, printJson, settingsOf, tell, unhurried, type Call, type Handler } from './call.ts';

/** How often to rejuvenate a backend, and whether it is worth it. "The data do not say" is an answer too: status 0. */
export const advise: Handler = async (call) => {
  const { options, outside } = call;
  const name = nameOf(call);
  const given = options.given === undefined ? null : await outside.rates(options.given);
  const priced = pricesOf(options, given?.costs ?? {});
  const configured = await configuredOf(call, name, given !== null);
  const seen = await observations(call, name, given, configured);
  const rates = gather(given ?? { costs: {} }, seen);
  if (rates.kind === 'missing') {
    const { missing, notes } = rates;
    const answer = { backend: name, missing, seen: rates.seen, notes };
    return answered(call, {
      ...{ verdict: 'not-enough-data', summary: unansweredSummary(answer) },
      ...answer,
    });
  }
  const asked = { name, given: given ?? { costs: {} }, configured, rates, priced };
  const question = questionOf(asked, await outside.cron(), outside.clock.now());
  const figures = reckon(question);
  const notes = [...rates.notes, ...question.present.notes, ...assumptionsOf(figures, question.spacingHours)];
  const advice: Advice = { ...figures, summary: summaryOf(figures), notes };
  if (options.plot !== undefined) {
    await outside.savePicture(options.plot, `${picture(advice, frameOf(advice))}\n`);
    tell(call, `the picture is in ${options.plot}`);
  }
  return answered(call, advice);
};

function answered(call: Call, advice: Advice): number {
  if (call.options.json === true) printJson(call, advice);
  else print(call, showAdvice(advice, call.terminal));
  return 0;
}

function nameOf({ args: [name = ''] }: Call): string {
  if (isHaproxyName(name)) return name;
  const problem = `${JSON.stringify(name)} is not the name of a backend; write one such as shop`;
  throw new RejuvError('usage', { problem });
}

/** With rates at hand no config file is needed; one that is there and wrong is an error all the same. */
async function configuredOf(call: Call, name: string, without: boolean): Promise<Configured | null> {
  try {
    const settings = await settingsOf(call);
    const backend = findBackend(settings, name);
    if (backend !== undefined) return { settings, backend };
    const known = settings.backends.map((one) => one.name).join(', ');
    throw new RejuvError('unknown-backend', { backend: name, known });
  } catch (thrown) {
    if (without && call.options.config === undefined && asRejuvError(thrown).code === 'config-unreadable') {
      tell(call, 'no config file is read: sizes and the present schedule are as the file of --given says');
      return null;
    }
    throw thrown;
  }
}

/** From the sidecar, else from the records; nothing where the file says it all, or nobody has records. */
async function observations(
  call: Call,
  name: string,
  given: GivenRates | null,
  configured: Configured | null,
): Promise<Observations> {
  const { outside } = call;
  const complete = [given?.life, given?.repair, given?.rejuvenation].every((one) => one !== undefined);
  if (complete || configured === null) return nothingSeen;
  const { settings } = configured;
  const sidecar = await outside.sidecar(settings);
  const { operations } =
    sidecar === null ? await outside.history(settings) : await sidecar.history(unhurried);
  try {
    return observe(operations, backendName(name), outside.clock.now(), call.options.without ?? []);
  } catch (thrown) {
    const [, id] = /^operation ([^.]+)/.exec(asRejuvError(thrown).where ?? '') ?? [];
    if (id !== undefined) tell(call, `hint: --without ${id} goes on without this operation`);
    throw thrown;
  }
}
