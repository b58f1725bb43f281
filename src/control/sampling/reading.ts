import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import { formatServerId, type ServerId } from '../../domain/names.ts';
import type { Records } from '../../domain/records.ts';
import type { MetricSource } from '../../domain/seams.ts';
import type { ServerSettings } from '../../domain/settings.ts';
import { lastRejuvenatedAt } from '../../policy/last-rejuvenation.ts';
import { figuresOf, noTotals, type Totals } from '../../policy/sampling/figures-of.ts';
import { offsetOf, turnAfter } from '../../policy/sampling/pace.ts';
import { newStart } from '../../policy/sampling/restart.ts';
import { NoAnswer, within } from '../watch/patience.ts';
import type { World } from '../world.ts';
import type { Beats } from './beats.ts';
import type { Places } from './places.ts';
import type { Silences } from './silences.ts';
import type { Turnstile } from './turnstile.ts';

/** What the readings of one world share. */
export interface ReadingScope {
  readonly world: World;
  readonly records: () => Records;
  readonly places: Places;
  readonly silences: Silences;
  readonly beats: Beats;
  /** For servers whose last reading succeeded, and apart from them for the others: who hangs holds up only its like. */
  readonly turnstiles: { readonly well: Turnstile; readonly ailing: Turnstile };
}

/** Reads one source of one server at a steady pace until the signal fires. What fails is kept, and tried again. */
export async function keepReading(
  { world, records, places, silences, beats, turnstiles }: ReadingScope,
  source: MetricSource,
  id: ServerId,
  { ssh }: ServerSettings,
  stop: AbortSignal,
): Promise<void> {
  const { clock, samples } = world;
  const { settings } = source;
  let totals: Totals = noTotals;
  let ailing = false;
  /** A reading that heeds no deadline: there is never a second one beside it. */
  let stuck = false;

  async function read(): Promise<void> {
    if (stuck) throw silent(id, settings);
    const target = { id, ...places.of(id), ssh };
    const leave = await (ailing ? turnstiles.ailing : turnstiles.well).enter(stop);
    try {
      const readings = await within(clock, settings.deadlineMs, stop, async (signal) => {
        stuck = true;
        try {
          return await source.read(target, signal);
        } finally {
          stuck = false;
        }
      });
      const at = clock.now();
      const figures = figuresOf(readings, totals, at, settings.staleMs);
      totals = figures.totals;
      if (figures.hostStartedAt !== null && figures.hostStartedAt <= at) {
        const young = Math.max(figures.hostStartedAt, lastRejuvenatedAt(records(), id) ?? -Infinity);
        figures.values.set('uptime', Math.max(0, at - young));
      }
      if (figures.startedAt !== null) {
        const news = newStart(samples.youngSince(id), figures.startedAt, at);
        if (news !== null) samples.started(id, news);
      }
      samples.keep(id, settings, figures.values, at);
    } finally {
      leave();
    }
  }

  async function once(): Promise<void> {
    try {
      await read();
      ailing = false;
      silences.answered(id, settings);
    } catch (thrown) {
      if (stop.aborted) return;
      ailing = true;
      const problem = thrown instanceof NoAnswer ? silent(id, settings) : asRejuvError(thrown);
      samples.failed(id, settings, problem);
      silences.failed(id, settings, problem);
    }
  }

  const offset = offsetOf(`${formatServerId(id)} ${settings.name}`, settings.everyMs);
  const turn = async (leastMs: number): Promise<void> => {
    const now = clock.monotonic();
    await beats.until(Math.max(turnAfter(now, offset, settings.everyMs), now + leastMs));
  };
  await turn(0);
  while (!stop.aborted) {
    await once();
    // One that took nearly until its next turn is given time to recover.
    await turn(settings.everyMs / 4);
  }
}

function silent(id: ServerId, { name, deadlineMs }: MetricSource['settings']): RejuvError {
  return new RejuvError('source-silent', { source: name, ...id, deadlineMs });
}
