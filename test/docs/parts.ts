import { fileURLToPath } from 'node:url';
import { figuresPart } from './aging-parts.ts';
import { commandsPart, commonOptionsPart, exitStatusPart } from './commands-part.ts';
import { configPart } from './config-part.ts';
import { errorsPart } from './errors-part.ts';
import { layersPart } from './layers-part.ts';
import { phasesPart } from './phases-part.ts';
import { runtimePart } from './runtime-part.ts';
import { calendarExamplePart, clockChangesPart } from './schedules-parts.ts';
import { knownFiguresPart, procCommandPart } from './sources-parts.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A part of a document that is made from the code. */
export interface Part {
  readonly file: string;
  readonly name: string;
  readonly text: () => string;
}

export const parts: readonly Part[] = [
  { file: 'docs/configuration.md', name: 'config', text: configPart },
  { file: 'docs/aging.md', name: 'figures', text: figuresPart },
  { file: 'docs/cli.md', name: 'common-options', text: commonOptionsPart },
  { file: 'docs/cli.md', name: 'exit-status', text: exitStatusPart },
  { file: 'docs/cli.md', name: 'commands', text: commandsPart },
  { file: 'docs/errors.md', name: 'errors', text: errorsPart },
  { file: 'docs/how-it-works.md', name: 'phases', text: phasesPart },
  { file: 'docs/schedules.md', name: 'calendar-example', text: calendarExamplePart },
  { file: 'docs/schedules.md', name: 'clock-changes', text: clockChangesPart },
  { file: 'docs/haproxy.md', name: 'runtime-commands', text: runtimePart },
  { file: 'docs/sources.md', name: 'known-figures', text: knownFiguresPart },
  { file: 'docs/sources.md', name: 'proc-command', text: procCommandPart },
  { file: 'ARCHITECTURE.md', name: 'layers', text: layersPart },
];
