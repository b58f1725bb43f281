import { RejuvError } from '../../domain/errors.ts';
import type { FigureName } from '../../domain/figure.ts';
import { formatServerId } from '../../domain/names.ts';
import type { Reading } from '../../domain/sample.ts';
import type { MetricSource, MetricTarget } from '../../domain/seams.ts';
import type { SourceSettings } from '../../domain/sources.ts';

/** A figure that the answer does not give, and why. */
export interface Gap {
  readonly figure: FigureName;
  /** True for one that the config file names; a built-in one may just be missing on this exporter. */
  readonly asked: boolean;
  readonly problem: string;
}

/** One answer of a source, with what `rejuv check` says about it. */
export interface Look {
  readonly readings: readonly Reading[];
  readonly gaps: readonly Gap[];
  /** What works and should be known: clocks apart, a counter that is read as a gauge. */
  readonly remarks: readonly string[];
}

/** A MetricSource that can also tell what its answer lacks. */
export interface ExaminableSource extends MetricSource {
  /** Raises as `read`, but an answer without one usable figure is not an error here. */
  look(target: MetricTarget, signal: AbortSignal): Promise<Look>;
}

/** A source out of one way to look. An answer without one usable figure is refused with its first gap. */
export function sourceOf(
  settings: SourceSettings,
  look: ExaminableSource['look'],
  close: () => Promise<void>,
): ExaminableSource {
  return {
    settings,
    look,
    async read(target, signal) {
      const { readings, gaps } = await look(target, signal);
      if (readings.length > 0) return readings;
      const asked = gaps.find((gap) => gap.asked) ?? gaps[0];
      throw unusable(settings, target, asked?.problem ?? 'it has none of the figures that are known');
    },
    close,
  };
}

/** Which source of which server a failure is about. */
export function factsOf({ name }: { readonly name: string }, { id }: MetricTarget) {
  return { source: name, backend: id.backend, server: id.server };
}

export function unusable(settings: SourceSettings, target: MetricTarget, problem: string): RejuvError {
  return new RejuvError('source-unusable', { ...factsOf(settings, target), problem });
}

/** Names a server in a map. */
export function keyOf({ id }: MetricTarget): string {
  return formatServerId(id);
}
