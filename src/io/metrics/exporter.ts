import type { MetricTarget } from '../../domain/seams.ts';
import type { ExporterSource } from '../../domain/sources.ts';
import { RejuvError } from '../../domain/errors.ts';
import { BadPage } from './bad-page.ts';
import { readExposition } from './exposition.ts';
import { createHttp, placeOf, type HttpAnswer } from './http-answer.ts';
import { isKnownMetric } from './known-figures.ts';
import { type ExaminableSource, factsOf, keyOf, type Look, sourceOf, unusable } from './look.ts';
import { pageFigures } from './page-figures.ts';
import { bucketsName } from './page-histogram.ts';
import { fillUrl, UnsafeValue } from './placeholders.ts';
import { createStarts } from './starts.ts';
import type { Clock } from '../../domain/seams.ts';

const longestPage = 16 * 1024 * 1024;
const accept = 'text/plain;version=0.0.4;q=1,*/*;q=0.1';

/** Pages in the Prometheus text format, one on each server. */
export function createExporterSource(settings: ExporterSource, clock: Clock): ExaminableSource {
  // Each server is asked by itself, and once at a time.
  const http = createHttp(clock, 2);
  const starts = createStarts();
  const lookAt = pageFigures(settings);
  // A histogram's own name too: its type stands there.
  const own = new Set(
    settings.metrics.flatMap(({ metric, quantile }) =>
      quantile === null ? [metric] : [metric, bucketsName(metric)],
    ),
  );
  const wanted = (name: string): boolean => isKnownMetric(name) || own.has(name);

  function lookAtAnswer(target: MetricTarget, { status, type, body, date, tookMs }: HttpAnswer): Look {
    if (status !== 200) {
      const place = placeOf(urlFor(settings, target));
      throw new RejuvError('source-refused', {
        ...factsOf(settings, target),
        place,
        problem: `status ${status}`,
      });
    }
    const kind = type.toLowerCase();
    if (/^(?:text\/html|application\/(?:json|vnd\.google\.protobuf))/.test(kind)) {
      throw unusable(settings, target, `the answer is ${kind}, and not a page of metrics`);
    }
    const openMetrics = kind.startsWith('application/openmetrics-text');
    try {
      const page = readExposition(body, wanted, { openMetrics });
      const there = { now: clock.now(), date, tookMs };
      return lookAt(page, there, (what, at) => starts(`${keyOf(target)} ${what}`, at));
    } catch (error) {
      if (error instanceof BadPage) throw unusable(settings, target, `its page, ${error.message}`);
      throw error;
    }
  }

  return sourceOf(
    settings,
    async (target, signal) => {
      const { auth, deadlineMs } = settings;
      const facts = factsOf(settings, target);
      const question = { url: urlFor(settings, target), form: null, accept, auth, deadlineMs, facts };
      return await http.ask({ ...question, limit: longestPage }, signal, (answer) =>
        lookAtAnswer(target, answer),
      );
    },
    async () => {
      await Promise.resolve();
      http.close();
    },
  );
}

function urlFor(settings: ExporterSource, target: MetricTarget): string {
  try {
    return fillUrl(settings.url, target);
  } catch (error) {
    if (error instanceof UnsafeValue) throw unusable(settings, target, error.message);
    throw error;
  }
}
