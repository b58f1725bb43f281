import { everyInWords } from './figures.ts';
import type { CurvePoint, Reckoned } from './advice.ts';
import type { Frame, Mark } from './frame.ts';
import { yearHours } from './place.ts';
import type { Scale } from './scale.ts';
import { element, text, path } from './svg.ts';

const width = 840;
const height = 660;
const left = 96;
const right = width - 28;

/** One of the two curves: where it stands, and what it shows. */
interface Panel {
  readonly name: 'cost' | 'availability';
  readonly title: string;
  readonly top: number;
  readonly bottom: number;
  /** Where an amount stands on the axis, from 0 at its foot to 1. */
  readonly at: (amount: number) => number;
  readonly ticks: Scale['ticks'];
  readonly amounts: (point: CurvePoint) => {
    readonly value: number;
    readonly lower: number;
    readonly upper: number;
  };
  readonly amount: (mark: Mark) => number;
}

/** The advice as a picture on its own: both curves with their bands, the best interval and today's. */
export function picture(advice: Pick<Reckoned, 'backend' | 'basis' | 'present'>, frame: Frame): string {
  const unit = advice.basis.costUnit === 'hours' ? 'hours of server time' : 'in the currency of the costs';
  const panels: readonly Panel[] = [
    {
      name: 'cost',
      title: `cost a year (${unit})`,
      top: 116,
      bottom: 346,
      at: frame.costs.at,
      ticks: frame.costs.ticks,
      amounts: ({ costPerYear }) => costPerYear,
      amount: ({ costPerYear }) => costPerYear,
    },
    {
      name: 'availability',
      title: `availability (share of time with at least ${advice.basis.minServing} serving)`,
      top: 404,
      bottom: 588,
      at: (hours) => 1 - frame.downtime.at(hours / yearHours),
      ticks: frame.downtime.ticks.map(({ value }) => ({ value: value * yearHours, label: upInWords(value) })),
      amounts: ({ downtimeHoursPerYear }) => downtimeHoursPerYear,
      amount: ({ downtimeHours }) => downtimeHours,
    },
  ];
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': 'title',
    },
    [
      element('title', { id: 'title' }, [text(`How often to rejuvenate ${advice.backend}`)]),
      element('style', {}, [style]),
      element('rect', { class: 'ground', x: 0, y: 0, width, height }, []),
      label(28, 34, 'heading', 'start', `How often to rejuvenate ${advice.backend}`),
      ...legend(advice, frame),
      ...panels.flatMap((panel) => drawPanel(panel, frame)),
      label(
        (left + right) / 2,
        height - 22,
        'axis',
        'middle',
        'interval between two rejuvenations of the same server',
      ),
    ],
  );
}

/** With as many digits as it takes, and no more; where those were too many, by what is missing to 1. */
function upInWords(down: number): string {
  return down > 0 && down < 1e-7
    ? `1 − ${down.toExponential(0)}`
    : `${Number((100 - down * 100).toFixed(6))} %`;
}

/** Readable on light and on dark ground, without anything from outside. */
const style = `
  .ground { fill: #ffffff } text { font: 13px system-ui, sans-serif; fill: #1f2933 } .heading { font-size: 18px; font-weight: 600 }
  .axis { fill: #52606d } .grid { stroke: #d9dee4 } .frame { stroke: #7b8794; fill: none } .curve { fill: none; stroke-width: 2.5 }
  .cost { stroke: #b4530a } .availability { stroke: #1f6fb2 } .band { stroke: none; opacity: 0.18 }
  .band.cost { fill: #b4530a } .band.availability { fill: #1f6fb2 }
  .best { stroke: #1a7f37; fill: #1a7f37 } .present { stroke: #8250df; fill: #8250df } .rule { stroke-width: 1.5; stroke-dasharray: 5 4 }
  .present.dot { fill: #ffffff; stroke-width: 2.5 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #14181d } text { fill: #e4e7eb } .axis { fill: #9aa5b1 } .grid { stroke: #2e3640 } .frame { stroke: #7b8794 }
    .cost { stroke: #f0883e } .availability { stroke: #58a6ff } .band.cost { fill: #f0883e } .band.availability { fill: #58a6ff }
    .band { opacity: 0.22 } .best { stroke: #3fb950; fill: #3fb950 } .present { stroke: #bc8cff; fill: #bc8cff } .present.dot { fill: #14181d }
  }
`;

function legend({ present }: Pick<Reckoned, 'present'>, { marks, points }: Frame): string[] {
  const best = marks.find(({ kind }) => kind === 'best');
  const today = marks.find(({ kind }) => kind === 'present');
  const uncertain = points.some(({ costPerYear: { lower, upper } }) => upper > lower * 1.000001);
  const rows = [
    element('circle', { class: 'best', cx: 36, cy: 59, r: 5 }, []),
    label(
      48,
      63,
      'axis',
      'start',
      `best: ${best === undefined ? 'not on a schedule' : everyInWords(best.everyHours)}`,
    ),
    element('circle', { class: 'present dot', cx: 296, cy: 59, r: 5 }, []),
    label(
      308,
      63,
      'axis',
      'start',
      `today: ${today === undefined ? 'no schedule' : everyInWords(present.everyHours)}`,
    ),
  ];
  if (!uncertain) return rows;
  return [
    ...rows,
    element('rect', { class: 'band cost', x: 556, y: 52, width: 14, height: 14 }, []),
    element('rect', { class: 'band availability', x: 574, y: 52, width: 14, height: 14 }, []),
    label(596, 63, 'axis', 'start', 'what is uncertain'),
  ];
}

function drawPanel(panel: Panel, frame: Frame): string[] {
  const { name, title, top, bottom } = panel;
  const x = (hours: number): number => left + clamp(frame.intervals.at(hours)) * (right - left);
  const y = (amount: number): number => bottom - clamp(panel.at(amount)) * (bottom - top);
  const { points } = frame;
  const inside = { 'clip-path': `url(#${name})` };
  const along = (figure: (point: CurvePoint) => number): readonly (readonly [number, number])[] =>
    points.map((point) => [x(point.everyHours), beyond(panel, figure(point))] as const);
  const band = [
    ...along((point) => panel.amounts(point).upper),
    ...along((point) => panel.amounts(point).lower).toReversed(),
  ];
  return [
    element('clipPath', { id: name }, [
      element('rect', { x: left, y: top, width: right - left, height: bottom - top }, []),
    ]),
    label(left, top - 12, '', 'start', title),
    ...panel.ticks.flatMap(({ value, label: words }) => [
      element('line', { class: 'grid', x1: left, y1: y(value), x2: right, y2: y(value) }, []),
      label(left - 10, y(value) + 4, 'axis', 'end', words),
    ]),
    ...frame.intervals.ticks.flatMap(({ value, label: words }) => [
      element('line', { class: 'grid', x1: x(value), y1: top, x2: x(value), y2: bottom }, []),
      label(x(value), bottom + 20, 'axis', 'middle', words),
    ]),
    element('path', { class: `band ${name}`, d: `${path(band)}Z`, ...inside }, []),
    ...frame.marks.map(({ kind, everyHours }) =>
      element(
        'line',
        { class: `rule ${kind}`, x1: x(everyHours), y1: top, x2: x(everyHours), y2: bottom },
        [],
      ),
    ),
    element(
      'path',
      { class: `curve ${name}`, d: path(along((point) => panel.amounts(point).value)), ...inside },
      [],
    ),
    element('rect', { class: 'frame', x: left, y: top, width: right - left, height: bottom - top }, []),
    ...frame.marks.toReversed().map((mark) =>
      element(
        'circle',
        {
          class: mark.kind === 'best' ? 'best' : 'present dot',
          cx: x(mark.everyHours),
          cy: y(panel.amount(mark)),
          r: 5,
        },
        [],
      ),
    ),
  ];
}

/** A little out of the panel, where the clip path cuts it off; no picture likes coordinates of a million. */
function beyond({ top, bottom, at }: Panel, amount: number): number {
  const share = Math.min(2, Math.max(-1, at(amount)));
  return bottom - share * (bottom - top);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function label(
  x: number,
  y: number,
  kind: string,
  anchor: 'start' | 'middle' | 'end',
  words: string,
): string {
  const attributes = { x, y, 'text-anchor': anchor, ...(kind === '' ? {} : { class: kind }) };
  return element('text', attributes, [text(words)]);
}
