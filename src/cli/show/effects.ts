import { createColors } from 'picocolors';
import type { FigureEffect } from '../../policy/effect-summary.ts';
import type { EffectsOf } from '../effects.ts';
import type { Screen } from './screen.ts';
import { wrap } from './wrap.ts';

/** `rejuv history --effect` for people: per backend and server what its rejuvenations have brought. */
export function showEffects(effects: readonly EffectsOf[], { colours, width }: Screen): string {
  const c = createColors(colours);
  if (effects.length === 0) return 'no rejuvenation has been completed yet';
  return effects
    .flatMap((one) => {
      const indent = one.server === null ? 0 : 2;
      const name = one.server === null ? c.bold(one.backend) : one.server;
      return [
        ...wrap(`${name}: ${headline(one)}`, width, indent, 2),
        ...one.figures.flatMap((figure) => wrap(figureLine(figure), width, indent + 4, 2)),
      ];
    })
    .join('\n');
}

function headline({ rejuvenations, measured, otherTraffic, figures, reducedMinutes }: EffectsOf): string {
  const count = counted(rejuvenations, 'rejuvenation');
  const reduced = reducedMinutes === 0 ? '' : `; ${counted(reducedMinutes, 'minute')} with one server less`;
  if (measured === 0) return `${count}, none measured yet${reduced}`;
  const fair = measured - otherTraffic;
  const told = otherTraffic === 0 ? '' : `, ${otherTraffic} at other traffic`;
  const decided = figures.filter(({ verdict }) => verdict === 'less' || verdict === 'more');
  if (decided.length > 0) return `${count}, ${fair} compared${told}${reduced}`;
  const tellable = figures.some(({ verdict }) => verdict === 'no measurable effect');
  const verdict = tellable ? 'no measurable effect' : `${fair} compared${told}: too few to tell`;
  return `${count}, ${verdict}${reduced}`;
}

function figureLine({ figure, measured, change, p, verdict }: FigureEffect): string {
  const size = change === null ? '' : ` ${percent(change)} (median of ${measured})`;
  const sure = p === null ? '' : `, p = ${p.toPrecision(2)}`;
  return `${figure}:${size}${sure}: ${verdict}`;
}

function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return `${rounded > 0 ? '+' : ''}${rounded === 0 ? 0 : rounded} %`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
