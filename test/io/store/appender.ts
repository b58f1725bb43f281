/**
 * A process of its own that opens the records of a directory, says `open`, and appends `verified` events with rising
 * instants, printing each one once it is acknowledged. With `hold` it only keeps them open.
 */
import { writeSync } from 'node:fs';
import { openStore } from '../../../src/io/store/open-store.ts';
import { verified } from './events.ts';

const [directory = '', mode = 'append'] = process.argv.slice(2);
const store = await openStore({ directory, rotation: { bytes: 2 ** 30, lines: 25 } });
writeSync(1, 'open\n');
if (mode === 'hold') setInterval(() => undefined, 60_000);
for (let at = (store.records.servers['shop/web0']?.verifiedAt ?? 0) + 1; mode === 'append'; at += 1) {
  // Several at a time, as an operation and the keeper would.
  await Promise.all([store.append(verified(at, 'web0')), store.append(verified(at, 'web1'))]);
  writeSync(1, `${at}\n`);
}
