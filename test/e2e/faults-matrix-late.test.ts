import { describeLab } from '../lab/describe-lab.ts';
import { late } from './fault-cells.ts';
import { cellsOf } from './fault-matrix.ts';

// From the first action on: its own proofs decide, and another one is repaired in its place.
// Which cells run is said in fault-cells.ts: by default a kill in each of these phases, and each other fault in one of them,
// of both servers; REJUV_ALL_CELLS=1 runs them all.
describeLab('a fault after the first action of a rejuvenation, under load', () => {
  cellsOf(late, '300ms');
});
