import type { RecordsReport, SetAsideReport } from '../check/records-report.ts';
import { clean } from './clean.ts';
import { showDuration } from './duration.ts';
import { showTable } from './table.ts';

/** `rejuv check --records` for people. */
export function showLook(report: RecordsReport, now: number): string {
  const { directory, files, openOperations: open, damages, sound } = report;
  const heading = ['file', 'format', 'entries', 'last', 'size', 'last entry'];
  const rows = files.map((file) => [
    file.path.slice(file.path.lastIndexOf('/') + 1),
    String(file.format ?? '?'),
    file.file === 'snapshot' ? 'folded' : String(file.entries ?? '?'),
    String(file.lastSequence ?? '?'),
    showBytes(file.bytes),
    file.lastEntryAt === null ? '' : `${showDuration(now - Date.parse(file.lastEntryAt))} ago`,
  ]);
  return [
    `records in ${directory}: ${holder(report.locked)}`,
    ...(files.length === 0 ? ['  there are none yet'] : indented(showTable([heading, ...rows]))),
    ...files.flatMap(({ path, unterminatedBytes: bytes }) =>
      bytes === 0 ? [] : [`  ${path}: ${cutOff(bytes)}`],
    ),
    open.length === 0 ? 'no operation is open' : `open: ${open.map(operationLine).join('; ')}`,
    ...damages.flatMap(damageLines),
    sound ? 'the records are sound' : `${count(damages.length, 'damaged place')}: ${whatNext}`,
  ].join('\n');
}

/** `rejuv check --records --set-aside` for people. */
export function showSetAside(report: SetAsideReport): string {
  if (!report.changed) return 'the records are sound: nothing was changed';
  const { lostEntries: lost, lostOperations, endedOperations: ended, heldServers: held } = report;
  return [
    ...report.damages.flatMap(damageLines),
    `set aside as ${report.setAside.join(' and ')}`,
    report.keptUpTo === 0
      ? 'kept: nothing; the new records are empty'
      : `kept: everything up to entry ${report.keptUpTo}, ${count(report.keptOperations, 'operation')}`,
    `lost: what is damaged itself, and ${count(lost, 'whole entry', 'whole entries')} behind it`,
    ...indented(lostOperations.map((one) => `begun in them: ${operationLine(one)}`)),
    ...ended.map((one) => `ended as failed: ${operationLine(one)}`),
    held.length === 0 ? 'no server is held for it' : `held until \`rejuv ready\`: ${held.join(', ')}`,
    'compare `rejuv status` with what should be before you start the sidecar',
  ].join('\n');
}

const whatNext =
  '`rejuv check --records --set-aside` moves the files aside and starts new records from what can be trusted';

function holder(locked: boolean | null): string {
  if (locked === null) return 'whether a rejuv has them open may not be looked at';
  return locked ? 'a rejuv has them open (a sidecar, or a command that acts)' : 'nobody has them open';
}

function cutOff(bytes: number): string {
  return `an unterminated last line of ${bytes} bytes; it was never acknowledged, and is cut off at the next start`;
}

function operationLine({
  id,
  kind,
  server,
  phase,
  startedAt,
}: RecordsReport['openOperations'][number]): string {
  return `${id} (${kind} of ${server}, ${phase}, since ${startedAt})`;
}

function damageLines({ path, line, problem, consequence }: RecordsReport['damages'][number]): string[] {
  return [`damage  ${path} line ${line}: ${clean(problem)}`, `        ${clean(consequence)}`];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function showBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
