import { commands, type CommandRow } from '../commands.ts';
import { options, type OptionName } from '../options.ts';

/** What may stand in one place of the command line. */
export type Value =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: Listing }
  | { readonly kind: 'file' }
  | { readonly kind: 'text' };

/** What `rejuv names` can list. */
export const listings = ['servers', 'backends', 'operations'] as const;
export type Listing = (typeof listings)[number];

export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  /** As the table writes them: `<backend/server>`. */
  readonly labels: readonly string[];
  readonly args: readonly Value[];
  readonly options: readonly OptionWords[];
}

export interface OptionWords {
  readonly short: string | null;
  readonly long: string;
  /** As the table writes it; null for a switch. */
  readonly label: string | null;
  readonly value: Value | null;
  readonly summary: string;
}

/** The commands that people see, with what may follow each: all from the tables that the parser is built from. */
export function commandWords(): readonly CommandWords[] {
  return Object.entries<CommandRow>(commands)
    .filter(([, row]) => row.hidden !== true)
    .map(([name, { summary, args, options: names }]) => ({
      name,
      summary,
      labels: args,
      args: args.map(valueOf),
      options: names.map(optionWords),
    }));
}

/** Every option that takes a value, as typed. */
export function valueOptions(): readonly string[] {
  const taking = names()
    .map(optionWords)
    .filter(({ value }) => value !== null);
  return taking.flatMap(({ short, long }) => (short === null ? [long] : [short, long]));
}

export function optionWords(name: OptionName): OptionWords {
  const { flags, summary } = options[name];
  const label = /[<[].*[>\]]$/.exec(flags)?.[0] ?? null;
  const long = /--[\w-]+/.exec(flags)?.[0] ?? '';
  const short = /^-\w(?=[ ,])/.exec(flags)?.[0] ?? null;
  return { short, long, label, value: label === null ? null : valueOf(label), summary };
}

function names(): OptionName[] {
  return Object.keys(options).filter((name): name is OptionName => Object.hasOwn(options, name));
}

/** What a place of the table takes, by the name it has there. */
function valueOf(label: string): Value {
  const name = label.replace(/^[<[]|[>\]]$/g, '').replace(/\.\.\.$/, '');
  // `history show ID` and `history ID` are the same: the ids are what is worth completing.
  if (name === 'show|id') return { kind: 'operations' };
  if (name === 'backend/server|backend') return { kind: 'servers' };
  if (name.includes('|')) return { kind: 'words', words: name.split('|') };
  switch (name) {
    case 'backend/server':
      return { kind: 'servers' };
    case 'backend':
      return { kind: 'backends' };
    case 'id':
      return { kind: 'operations' };
    case 'file':
      return { kind: 'file' };
    default:
      return { kind: 'text' };
  }
}
