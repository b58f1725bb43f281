import { describeLab } from '../lab/describe-lab.ts';
import { early } from './fault-cells.ts';
import { cellsOf } from './fault-matrix.ts';

// Before the point of no return: its own fault turns the record, another one gets the spare.
// Which cells run is said in fault-cells.ts: by default a kill in each of these phases, and each other fault in one of them,
// of both servers; REJUV_ALL_CELLS=1 runs them all.
describeLab('a fault before the point of no return of a rejuvenation, under load', () => {
  cellsOf(early, '3s');
});
