import type { Event } from '../../../src/domain/event.ts';
import { operationId, serverName } from '../../../src/domain/names.ts';
import { entryLine, journalHeader, snapshotText } from '../../../src/io/store/format.ts';
import { folded, opened, operation, verified, web1 } from './events.ts';

/** Two operations that are open at the end, of which the second begins after the fourth entry. */
export const open: readonly Event[] = [
  { type: 'role-set', at: 990, server: web1, role: 'primary', by: null, reason: null },
  opened('op-1'),
  { type: 'phase-entered', at: 1_001, id: operationId('op-1'), phase: 'activating' },
  verified(1_002, 'web2'),
  {
    type: 'operation-opened',
    at: 1_003,
    operation: { ...operation('op-2'), server: serverName('web3'), spare: serverName('web4') },
  },
  verified(1_004, 'web5'),
];

const lines = open.map((event, i) => entryLine({ seq: i + 1, event }));
const whole = [journalHeader(0), ...lines];
const half = snapshotText(3, folded(open.slice(0, 3)));

function wrong(text: string): string {
  return text.replace('"at":', '"At":').replace('"servers"', '"sErvers"');
}

interface Case {
  readonly name: string;
  readonly journal: string | null;
  readonly snapshot: string | null;
  /** How many of the events can be trusted. */
  readonly trusted: number;
  /** Line and file of the first damage. */
  readonly line: number;
  readonly file: 'journal' | 'snapshot';
}

function journal(
  name: string,
  text: readonly string[],
  trusted: number,
  line: number,
  snapshot: string | null = null,
): Case {
  return { name, journal: text.join(''), snapshot, trusted, line, file: 'journal' };
}

/** Each kind of damage. */
export const damagedFiles: readonly Case[] = [
  journal('a wrong byte in the middle', whole.with(4, wrong(whole[4]!)), 3, 5),
  journal('a wrong byte in the last line', whole.with(6, wrong(whole[6]!)), 5, 7),
  journal('a wrong byte in the first entry', whole.with(1, wrong(whole[1]!)), 0, 2),
  journal('a line twice', whole.toSpliced(4, 0, whole[3]!), 3, 5),
  journal('two lines in the wrong order', whole.toSpliced(3, 2, whole[4]!, whole[3]!), 2, 4),
  journal('a line left out', whole.toSpliced(4, 1), 3, 5),
  journal('bytes that are no text', whole.with(4, '\ufffd\n'), 3, 5),
  journal('an empty line', whole.toSpliced(4, 0, '\n'), 3, 5),
  journal('a wrong end of the last line', whole.with(6, whole[6]!.replace('\n', ' ')), 5, 7),
  journal('a wrong header', whole.with(0, whole[0]!.replace('after', 'After')), 0, 1),
  journal(
    'a wrong header behind a snapshot',
    [journalHeader(3).replace('after', 'After'), ...lines.slice(3)],
    3,
    1,
    half,
  ),
  journal('nothing in the journal', [], 0, 1),
  journal('a gap behind the snapshot', [journalHeader(4), ...lines.slice(4)], 3, 1, half),
  journal('a journal that ends before the snapshot', [journalHeader(0), ...lines.slice(0, 2)], 3, 3, half),
  journal('a damaged journal with all that the snapshot holds', whole.with(5, wrong(whole[5]!)), 4, 6, half),
  { name: 'a journal that is gone', journal: null, snapshot: half, trusted: 3, line: 1, file: 'journal' },
  {
    ...{ name: 'a snapshot, and a journal that continues after it', trusted: 0, line: 2, file: 'snapshot' },
    ...{ journal: [journalHeader(3), ...lines.slice(3)].join(''), snapshot: wrong(half) },
  },
  {
    ...{ name: 'a snapshot beside a journal of everything', trusted: 6, line: 2, file: 'snapshot' },
    ...{ journal: whole.join(''), snapshot: wrong(half) },
  },
  {
    ...{ name: 'half a snapshot', trusted: 0, line: 2, file: 'snapshot' },
    ...{ journal: journalHeader(3), snapshot: half.slice(0, 90) },
  },
  {
    name: 'a snapshot alone, and damaged',
    journal: null,
    snapshot: wrong(half),
    trusted: 0,
    line: 2,
    file: 'snapshot',
  },
];
