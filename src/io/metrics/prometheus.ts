import { RejuvError, type Facts } from '../../domain/errors.ts';
import type { Reading } from '../../domain/sample.ts';
import type { Clock, MetricTarget } from '../../domain/seams.ts';
import type { PrometheusSource, QueriedMetric } from '../../domain/sources.ts';
import { clockRemark } from './clocks.ts';
import { createHttp, placeOf, type HttpAnswer } from './http-answer.ts';
import { type ExaminableSource, factsOf, type Gap, sourceOf, unusable } from './look.ts';
import { fillQuery, UnsafeValue } from './placeholders.ts';
import { readAnswer } from './prometheus-answer.ts';
import { valueProblem } from './value-problem.ts';

const longestAnswer = 1024 * 1024;
/** To one Prometheus: questions about hundreds of servers wait for each other. */
const connectionsAtOnce = 8;

/** A Prometheus server, or what speaks its API: one instant query per figure and server. */
export function createPrometheusSource(settings: PrometheusSource, clock: Clock): ExaminableSource {
  const http = createHttp(clock, connectionsAtOnce);
  const url = `${settings.url.replace(/\/+$/, '')}/api/v1/query`;

  async function ask(metric: QueriedMetric, target: MetricTarget, signal: AbortSignal): Promise<Outcome> {
    const facts = factsOf(settings, target);
    const seconds = (ms: number): string => `${ms / 1000}s`;
    const form = {
      query: filled(settings, metric.query, target),
      timeout: seconds(settings.deadlineMs),
      // Else a value of up to five minutes ago is taken for one of now. Prometheus 2.42 ignores it.
      lookback_delta: seconds(settings.staleMs),
    };
    const { auth, deadlineMs } = settings;
    const question = { url, form, accept: 'application/json', auth, deadlineMs, limit: longestAnswer, facts };
    return await http.ask(question, signal, (answer) => outcomeOf(metric, answer, facts));
  }

  function outcomeOf(metric: QueriedMetric, answer: HttpAnswer, facts: Facts): Outcome {
    const { value, problem, at, refused, infos } = readAnswer(answer);
    if (refused !== null) {
      throw new RejuvError('source-refused', { ...facts, place: placeOf(url), problem: refused });
    }
    const now = answer.date ?? clock.now();
    const old = at === null ? 0 : now - at;
    const wrong =
      problem ??
      (old > settings.staleMs
        ? `is of ${Math.round(old / 1000)} s ago`
        : valueProblem(value * metric.scale, metric.unit));
    const clocks = { now: clock.now(), date: answer.date, tookMs: answer.tookMs };
    return {
      remarks: [
        ...clockRemark(clocks),
        ...infos.map((info) => `${metric.figure}: Prometheus remarks: ${info}`),
      ],
      ...(wrong === null
        ? { reading: { kind: 'gauge', figure: metric.figure, value: value * metric.scale } }
        : { gap: { figure: metric.figure, asked: true, problem: `the query of ${metric.figure} ${wrong}` } }),
    };
  }

  return sourceOf(
    settings,
    async (target, signal) => {
      const outcomes = await Promise.all(
        settings.metrics.map(async (metric) => await ask(metric, target, signal)),
      );
      return {
        readings: outcomes.flatMap(({ reading }) => reading ?? []),
        gaps: outcomes.flatMap(({ gap }) => gap ?? []),
        remarks: [...new Set(outcomes.flatMap(({ remarks }) => remarks))],
      };
    },
    async () => {
      await Promise.resolve();
      http.close();
    },
  );
}

interface Outcome {
  readonly reading?: Reading;
  readonly gap?: Gap;
  readonly remarks: readonly string[];
}

function filled(settings: PrometheusSource, query: string, target: MetricTarget): string {
  try {
    return fillQuery(query, target);
  } catch (error) {
    if (error instanceof UnsafeValue) throw unusable(settings, target, error.message);
    throw error;
  }
}
