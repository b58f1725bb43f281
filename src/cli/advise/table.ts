import type { Basis, BandOut, Reckoned, Schedule } from './advice.ts';
import { amountInWords, availabilityInWords, bandInWords, everyInWords, hoursInWords } from './figures.ts';
import { showTable } from '../show/table.ts';

/** Today, the best, the line and never, side by side. */
export function adviceTable(advice: Omit<Reckoned, 'summary' | 'notes'>): string[] {
  const { present, best, never, line, basis } = advice;
  const oneServer = basis.servers === 1 && basis.minServing === 1;
  const columns: readonly { readonly title: string; readonly schedule: Schedule }[] = [
    { title: 'today', schedule: present },
    { title: 'best', schedule: best },
    { title: 'never', schedule: never },
  ];
  const row = (name: string, of: (schedule: Schedule) => string): string[] => [
    name,
    ...columns.map(({ schedule }) => of(schedule)),
  ];
  const cost = costWords(basis);
  const withEnds = (
    name: string,
    figure: (schedule: Schedule) => BandOut,
    inWords: (amount: number) => string,
  ): string[][] => [
    row(name, (schedule) => words(figure(schedule).value, inWords)),
    ...(wide(figure(best))
      ? [
          row('  from', (schedule) => words(figure(schedule).lower, inWords)),
          row('  to', (schedule) => words(figure(schedule).upper, inWords)),
        ]
      : []),
  ];
  const down = oneServer ? 'down a year' : `fewer than ${basis.minServing} serve, a year`;
  return [
    ...showTable([
      ['', ...columns.map(({ title }) => title)],
      row('each server', ({ everyHours }) => everyInWords(everyHours)),
      ...withEnds('availability', ({ availability }) => availability, availabilityInWords),
      ...withEnds(down, ({ downtimeHoursPerYear }) => downtimeHoursPerYear, hoursInWords),
      ...(oneServer
        ? []
        : withEnds('one place empty, a year', (one) => one.emptyPlaceHoursPerYear, hoursInWords)),
      ...withEnds('cost a year', ({ costPerYear }) => costPerYear, cost),
    ]),
    ...(line === null
      ? []
      : [
          '',
          ...showTable([
            ['cron line', `"${line.cron}" (${line.timeZone})`],
            [
              '',
              `${line.runsPerYear} runs a year, one server each; each server ${everyInWords(line.everyHours)}${unevenness(line)}`,
            ],
            [
              '',
              `cost a year ${costWords(basis)(line.costPerYear)}, which is ${costWords(basis)(line.extraCostPerYear)} over the best`,
            ],
          ]),
        ]),
  ];
}

function unevenness({ shortestGapHours, longestGapHours }: NonNullable<Reckoned['line']>): string {
  // An hour of summer time is none of the line's doing.
  if (longestGapHours - shortestGapHours <= 2) return '';
  return `; from run to run ${hoursInWords(shortestGapHours)} to ${hoursInWords(longestGapHours)}`;
}

/** What was reckoned with. */
export function basisTable(basis: Basis): string[] {
  const { servers, spares, minServing, sources } = basis;
  const from = { records: 'from the records', file: 'from the file' } as const;
  return showTable([
    ['servers', `${servers} in service, ${spares} spare(s), at least ${minServing} must serve`],
    [
      'a server lives',
      `${bandInWords(basis.meanLifeHours, hoursInWords)}, ${law(basis)}; ${from[sources.life]}`,
    ],
    ['a repair takes', `${bandInWords(basis.repairHours, hoursInWords)}; ${from[sources.repair]}`],
    [
      'a rejuvenation takes',
      `${bandInWords(basis.rejuvenationHours, hoursInWords)}; ${from[sources.rejuvenation]}`,
    ],
  ]);
}

function law({ law: kind, weibullShape, agingPerHour, failurePerHour }: Basis): string {
  switch (kind) {
    case 'exponential':
      return 'without aging';
    case 'weibull':
      return (weibullShape ?? 1) > 1
        ? `aging with shape ${amountInWords(weibullShape ?? 1)} (Weibull)`
        : `not aging, with shape ${amountInWords(weibullShape ?? 1)} (Weibull)`;
    case 'two-stage':
      return `healthy for ${hoursInWords(1 / (agingPerHour ?? 1))}, then unstable for ${hoursInWords(1 / (failurePerHour ?? 1))}`;
  }
}

export function costWords({ costUnit }: Pick<Basis, 'costUnit'>): (amount: number) => string {
  return costUnit === 'hours' ? hoursInWords : amountInWords;
}

function wide({ lower, upper }: BandOut): boolean {
  return lower !== upper;
}

function words(amount: number | null, inWords: (amount: number) => string): string {
  return amount === null ? '' : inWords(amount);
}
