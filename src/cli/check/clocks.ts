import type { Clock, CommandResult } from '../../domain/seams.ts';
import { found, notExamined, type Finding } from './finding.ts';

const group = 'clocks';

/** Beyond this, times in logs and records of different machines no longer tell what came first. */
const mostApartMs = 2_000;

/** A clock beside ours. */
export interface Apart {
  /** Positive: it is ahead of ours. */
  readonly aheadMs: number;
  /** Half of the round trip: the other clock was read somewhere within it. */
  readonly withinMs: number;
}

/**
 * Compares a machine's clock with ours: the better of two round trips, each halved. Null when what came back is no
 * time. `run` runs a command there.
 */
export async function readClock(
  clock: Clock,
  run: (command: string) => Promise<CommandResult>,
): Promise<Apart | null> {
  const first = await readOnce(clock, run);
  if (first === null) return null;
  const second = await readOnce(clock, run);
  return second === null || first.withinMs <= second.withinMs ? first : second;
}

async function readOnce(
  clock: Clock,
  run: (command: string) => Promise<CommandResult>,
): Promise<Apart | null> {
  const before = { wall: clock.now(), monotonic: clock.monotonic() };
  const { stdout } = await run('date +%s.%N');
  const halfMs = (clock.monotonic() - before.monotonic) / 2;
  // A `date` without nanoseconds prints the letter, or nothing, behind the point.
  const found = /^(\d{9,11})\.(\d{9})?/m.exec(stdout);
  if (found === null) return null;
  const fraction = found[2] === undefined ? 500 : Number(found[2]) / 1e6;
  const there = Number(found[1]) * 1000 + fraction;
  const withinMs = halfMs + (found[2] === undefined ? 500 : 0);
  return { aheadMs: there - (before.wall + halfMs), withinMs };
}

/** What that means for `where`. */
export function clockFinding(where: string, apart: Apart | null): Finding {
  const fix = 'let the login there run `date +%s.%N`';
  if (apart === null) return notExamined(group, where, 'its clock: `date` there gave no time', fix);
  const seconds = (Math.abs(apart.aheadMs) / 1000).toFixed(1);
  const within = `measured to ±${(apart.withinMs / 1000).toFixed(2)} s`;
  const side = apart.aheadMs > 0 ? 'ahead of' : 'behind';
  const surely = Math.abs(apart.aheadMs) - apart.withinMs;
  if (surely > mostApartMs) {
    const message = `its clock is ${seconds} s ${side} this machine's (${within})`;
    return found(
      'warning',
      group,
      where,
      message,
      'let both keep time with NTP (`timedatectl set-ntp true`)',
    );
  }
  if (apart.withinMs > mostApartMs) {
    return notExamined(group, where, `its clock: the answer took too long to tell (${within})`, null);
  }
  return found('ok', group, where, `its clock agrees with this machine's (${seconds} s apart, ${within})`);
}
