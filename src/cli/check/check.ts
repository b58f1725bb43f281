import { createColors } from 'picocolors';
import { configPath, print, printJson, settingsOf, type Handler } from '../call.ts';
import { after, clean } from '../show/clean.ts';
import { checkRecords, wantsRecords } from './records.ts';
import type { Finding } from './finding.ts';

/** Examines the config file and everything it points at. 1 on errors, 0 on warnings. */
export const check: Handler = async (call) => {
  if (wantsRecords(call)) return await checkRecords(call);
  const settings = await settingsOf(call);
  const good: Finding = {
    severity: 'ok',
    group: 'config',
    where: configPath(call),
    message: 'the config file is good',
    fix: null,
    code: null,
  };
  const findings = [good, ...(await call.outside.examine(settings))];
  if (call.options.json === true) printJson(call, findings);
  else print(call, showFindings(findings, call.terminal.colours));
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
};

/** One line per finding, under its group, and the fix below it. */
export function showFindings(findings: readonly Finding[], colours: boolean): string {
  const c = createColors(colours);
  const marks = {
    ok: c.green('ok     '),
    note: 'note   ',
    warning: c.yellow('warning'),
    error: c.red('error  '),
  };
  const groups = [...new Set(findings.map(({ group }) => group))];
  const lines = groups.flatMap((group) => [
    c.bold(group),
    ...findings
      .filter((finding) => finding.group === group)
      .flatMap(({ severity, where, message, fix }) => [
        `  ${marks[severity]}  ${where}: ${after(where, message)}`,
        ...(fix === null ? [] : [`             ${clean(fix)}`]),
      ]),
  ]);
  const errors = count(findings, 'error');
  const warnings = count(findings, 'warning');
  const colour = errors.some ? c.red : warnings.some ? c.yellow : c.green;
  return [...lines, colour(`${errors.text}, ${warnings.text}`)].join('\n');
}

function count(
  findings: readonly Finding[],
  severity: 'error' | 'warning',
): { readonly some: boolean; readonly text: string } {
  const number = findings.filter((finding) => finding.severity === severity).length;
  return { some: number > 0, text: `${number} ${severity}${number === 1 ? '' : 's'}` };
}
