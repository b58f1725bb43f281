import type { Reckoned, Unanswered } from './advice.ts';
import { amountInWords, everyInWords, hoursInWords, percent } from './figures.ts';
import { durationInWords } from '../../model/interval.ts';

type Figures = Omit<Reckoned, 'summary' | 'notes'>;

/** The advice as one paragraph, for somebody who has not read the figures. */
export function summaryOf(advice: Figures): string {
  return [blocked(advice), verdict(advice), worth(advice), comparison(advice), monitor(advice)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** What has to change before anything of the rest can happen. */
function blocked({ basis: { spares, minServing, servers } }: Figures): string {
  if (spares > 0 || minServing < servers || servers === 1) return '';
  return 'As it is, rejuv would block every rejuvenation: all servers must serve and there is no spare; add a spare, or lower minServing. Then:';
}

function verdict({ backend, verdict: kind, best, basis }: Figures): string {
  const { servers } = basis;
  const life = durationInWords(basis.meanLifeHours.value ?? 0);
  const each = servers === 1 ? `the server of ${backend}` : `each server of ${backend}`;
  switch (kind) {
    case 'never':
      return ages(basis)
        ? `Do not rejuvenate ${backend} on a schedule: its servers live ${life} on average and age, but a rejuvenation loses more than the failures it would prevent.${perhaps(best)}`
        : `Do not rejuvenate ${backend} on a schedule: its servers live ${life} on average and do not age, so a restart takes time and prevents nothing.${perhaps(best)}`;
    case 'as-often-as-possible':
      return `Rejuvenate ${backend} as often as possible: by these figures a rejuvenation costs so little beside a failure that nothing speaks for waiting. That is hardly meant so: name what a rejuvenation costs (--cost-rejuvenation, or \`perRejuvenation\` in the file).`;
    case 'interval': {
      const { lower, upper } = best.everyHoursBand;
      const range =
        lower === upper
          ? ''
          : `; with what is uncertain, anything from ${everyInWords(lower)} to ${everyInWords(upper)} may be best`;
      return `Rejuvenate ${each} ${everyInWords(best.everyHours)}${range}.`;
    }
  }
}

function ages({ law, weibullShape }: Figures['basis']): boolean {
  return law === 'two-stage' || (law === 'weibull' && (weibullShape ?? 1) > 1);
}

/** Where another corner of what is uncertain would say otherwise. */
function perhaps({ everyHoursBand: { lower } }: Figures['best']): string {
  return lower === null
    ? ''
    : ` At the edge of what is uncertain a schedule would pay (${everyInWords(lower)}); better figures would tell.`;
}

/** What the best gains over no rejuvenation at all. */
function worth({ verdict: kind, best, never, basis }: Figures): string {
  const [cost, without] = [best.costPerYear.value ?? 0, never.costPerYear.value ?? 0];
  if (kind === 'never') return `A year costs ${price(without, basis)} then.`;
  const saved = without === 0 ? 0 : 1 - cost / without;
  const little = saved < 0.05 ? ' Hardly worth the trouble.' : '';
  return `A year then costs ${price(cost, basis)} instead of ${price(without, basis)} without any rejuvenation (${percent(saved)} less).${little}`;
}

/** The present schedule against the best. */
function comparison(advice: Figures): string {
  const { present, best, line, verdict: kind, basis } = advice;
  const [now, cost] = [present.costPerYear.value ?? 0, best.costPerYear.value ?? 0];
  const is = today(advice);
  if (kind === 'never') {
    if (present.source === 'none') return '';
    if (present.everyHours === null) return `${is}, which is right.`;
    return `${is}, which costs ${price(now, basis)} a year: ${price(now - cost, basis)} more.`;
  }
  const costing = present.source === 'none' ? is : `${is}, at ${price(now, basis)} a year`;
  const stays = present.everyHours !== null && now <= 1.02 * (line?.costPerYear ?? cost);
  if (stays) return `${costing}: that is as good as any cron line, leave it.`;
  if (line === null) {
    return `${costing}. No cron line that fits the windows and the length of a rejuvenation is better than none.`;
  }
  const over =
    line.extraCostPerYear <= 0.005 * cost
      ? 'as good as the best'
      : `${price(line.extraCostPerYear, basis)} a year over the best`;
  const each = basis.servers === 1 ? 'one run' : 'one server at each run, so each';
  return `${costing}. The cron line that fits best is "${line.cron}" (${line.timeZone}): ${each} ${everyInWords(line.everyHours)}; ${over}.`;
}

function today({ present: { source, everyHours }, basis }: Figures): string {
  if (source === 'none') return 'No present schedule is known';
  if (everyHours === null) return 'Today nothing is scheduled';
  return `Today ${basis.servers === 1 ? 'that is done' : 'each has its turn'} ${everyInWords(everyHours)}`;
}

function monitor({ monitor: watched, best, basis }: Figures): string {
  if (watched === null) {
    return !ages(basis)
      ? ''
      : 'Whether a monitor would do better than a clock cannot be told from lives alone: it takes the rates into and out of the unstable stage.';
  }
  const within = durationInWords(watched.detectionHours);
  const cost = price(watched.costPerYear, basis);
  return watched.betterThanAnySchedule
    ? `A monitor helps more than any schedule: one that has each server out within ${within} of becoming unstable brings a year to ${cost}, against ${price(best.costPerYear.value ?? 0, basis)}. This rejuv has no such monitor yet.`
    : `A monitor that has each server out within ${within} of becoming unstable would not do better (${cost} a year).`;
}

function price(amount: number, { costUnit }: Figures['basis']): string {
  return costUnit === 'hours' ? `${hoursInWords(amount)} of server time` : amountInWords(amount);
}

/** What to say where the data do not say it. */
export function unansweredSummary({
  backend,
  missing,
  seen,
}: Pick<Unanswered, 'backend' | 'missing' | 'seen'>): string {
  const rate = seen.failuresPerHour;
  const known =
    rate === null || rate.upper === null || rate.upper === 0
      ? ''
      : ` What can be said: ${seen.failures} failure(s) in ${durationInWords(seen.serviceHours)} of service, so that a server lives ${durationInWords(1 / rate.upper)} or longer on average.`;
  return `Not enough data on ${backend} for an advice. Missing is ${missing.join('; ')}.${known} Until then, write what you know or assume into a file and ask with --given FILE; examples/rates.yaml shows every field.`;
}

/** How the figures were made, one sentence each. */
export function assumptionsOf({ basis }: Pick<Figures, 'basis'>, spacingHours: number): string[] {
  const { spares, costUnit, costs, confidence, sources, servers, minServing } = basis;
  const from = (source: 'records' | 'file'): string =>
    Object.entries(sources)
      .filter(([, one]) => one === source)
      .map(([name]) => name)
      .join(', ');
  const notes = [
    costUnit === 'hours'
      ? 'no costs were given: an hour in which a server is missing counts 1, planned or not; --cost-failure and --cost-rejuvenation weigh them, and what counts is their ratio'
      : `an hour with a server missing by a failure costs ${amountInWords(costs.failureHour)}, an hour with one out for rejuvenation ${amountInWords(costs.rejuvenationHour)}; what counts is the ratio`,
    spares > 0
      ? `a spare stands in during a rejuvenation, so that no place is empty but for the hand-over${costUnit === 'hours' ? '; an hour out for rejuvenation, which leaves the backend without that reserve, weighs less then than one lost by a failure: say how much less with --cost-rejuvenation, such as 0.1' : ''}`
      : 'without a spare a place is empty while its server is out; rejuv itself refuses to rejuvenate until there is one',
    ...(spares > 0
      ? ['a failed server leaves its place empty until the repair: rejuv puts no spare there by itself']
      : []),
  ];
  if (from('records') !== '') {
    notes.push(
      `${from('records')}: estimated from the records, with ${percent(confidence ?? 0)} intervals; every figure was computed at all combinations of their ends, and the band is the widest of them`,
    );
  }
  if (from('file') !== '') notes.push(`${from('file')}: as the file of --given says`);
  if (basis.law === 'two-stage' && sources.life === 'records') {
    notes.push(
      'which of the two stages is the unstable one cannot be seen; the longer is taken for the healthy one',
    );
  }
  if (spares === 0 && servers > 1) {
    notes.push(
      minServing === servers
        ? 'all servers must serve and there is no spare, so rejuv would block every rejuvenation: add a spare, or lower minServing'
        : 'rejuv takes a server out only while enough others serve, one at a time',
    );
  }
  if (spacingHours > 0) notes.push('no line is suggested whose runs come closer than the spacing');
  return notes;
}
