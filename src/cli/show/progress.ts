import type { Progress } from '../../domain/progress.ts';
import { clean } from './clean.ts';
import { showDuration } from './duration.ts';
import { showTime } from './instant.ts';
import type { Screen } from './screen.ts';
import { wrap } from './wrap.ts';

/** Shows the lines of one operation as they come. */
export interface ProgressView {
  show(line: Progress): void;
  /** Takes what is redrawn off the screen, so that a question can be asked; the next line brings it back. */
  pause(): void;
}

/** What follows in a line that is broken stands below what follows the time. */
const timeWidth = '03:30:12 '.length;

/** How often falling sessions are worth a line where nothing is redrawn, milliseconds. */
const quietMs = 5_000;

/** `03:30:12 draining await-idle lb-a 12+0, lb-b 3+0, 9m41s left: message` */
function progressLine(line: Progress, timeZone: Screen['timeZone']): string {
  const left = [remaining(line), timeLeft(line)].filter((text) => text !== '').join(', ');
  const step = line.step === null ? '' : ` ${line.step}`;
  return `${showTime(line.time, timeZone)} ${line.phase}${step}${left === '' ? '' : ` (${left})`}: ${clean(line.message)}`;
}

function remaining({ sessions, queue }: Progress): string {
  return Object.entries(sessions)
    .map(([name, count]) => `${name} ${count} session(s)${queued(queue[name])}`)
    .join(', ');
}

function queued(count: number | undefined): string {
  return count === undefined || count === 0 ? '' : ` + ${count} queued`;
}

function timeLeft({ deadline, time }: Progress): string {
  if (deadline === null) return '';
  const ms = Date.parse(deadline) - Date.parse(time);
  return ms >= 0 ? `${showDuration(ms)} left` : `${showDuration(-ms)} over the deadline`;
}

/** One JSON object per line. */
export function jsonView(write: (text: string) => void): ProgressView {
  return { show: (line) => write(`${JSON.stringify(line)}\n`), pause: () => undefined };
}

/** A line per change of phase or step, and now and then one for falling sessions. */
export function plainView(write: (text: string) => void, timeZone: Screen['timeZone']): ProgressView {
  let shownAt = 0;
  let shown: Progress | null = null;
  return {
    show(line) {
      const now = Date.parse(line.time);
      if (!isNews(shown, line) && now - shownAt < quietMs) return;
      shown = line;
      shownAt = now;
      write(`${progressLine(line, timeZone)}\n`);
    },
    pause: () => undefined,
  };
}

/** The same lines, and below them a block that is redrawn at each look. */
export function liveView(
  write: (text: string) => void,
  columns: number,
  timeZone: Screen['timeZone'],
): ProgressView {
  let drawn = 0;
  let shown: Progress | null = null;
  const erase = (): void => {
    if (drawn > 0) write(`\u001B[${drawn}A\u001B[0J`);
    drawn = 0;
  };
  return {
    show(line) {
      erase();
      if (isNews(shown, line)) {
        write(
          wrap(progressLine(line, timeZone), columns, 0, timeWidth)
            .map((text) => `${text}\n`)
            .join(''),
        );
      }
      shown = line;
      if (line.state !== 'running') return;
      const block = liveBlock(line).map((text) => text.slice(0, columns - 1));
      write(block.map((text) => `${text}\n`).join(''));
      drawn = block.length;
    },
    pause: erase,
  };
}

function liveBlock(line: Progress): string[] {
  const spare = line.spare === null ? '' : `, spare ${line.spare}`;
  const left = timeLeft(line);
  return [
    `  ${line.operation ?? ''} ${line.backend}/${line.server}${spare}: ${line.phase}${line.step === null ? '' : `, ${line.step}`}`,
    ...Object.entries(line.sessions).map(
      ([name, count]) => `    ${name}  ${count} session(s) left${queued(line.queue[name])}`,
    ),
    ...(left === '' ? [] : [`    ${left}`]),
  ];
}

function isNews(before: Progress | null, line: Progress): boolean {
  if (before === null) return true;
  return before.phase !== line.phase || before.step !== line.step || before.state !== line.state;
}
