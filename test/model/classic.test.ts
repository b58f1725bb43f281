import { expect, it } from 'vitest';
import { costOverPeriod } from '../../src/model/cost.ts';
import { patentCluster } from '../../src/model/patent.ts';

/** Huang, Kintala, Kolettis, Fulton 1995 (FTCS-25): one year of 8640 h, printed with the last digits cut off. */
it.each([
  {
    example: 'A',
    life: 8640,
    aging: 168,
    repair: 2,
    restart: 3,
    clock: 0,
    costs: [1000, 40],
    downtime: 0.49,
    cost: 490,
  },
  {
    example: 'A',
    life: 8640,
    aging: 168,
    repair: 2,
    restart: 3,
    clock: 336,
    costs: [1000, 40],
    downtime: 5.965,
    cost: 554,
  },
  {
    example: 'A',
    life: 8640,
    aging: 168,
    repair: 2,
    restart: 3,
    clock: 168,
    costs: [1000, 40],
    downtime: 8.727,
    cost: 586,
  },
])('the table of Huang et al. 1995 comes out: example $example, rejuvenation after $clock h', (row) => {
  const cluster = {
    servers: 1,
    agingPerHour: 1 / row.aging,
    failurePerHour: 1 / row.life,
    repairPerHour: row.repair,
    restartPerHour: row.restart,
  };
  const state = patentCluster(cluster, { perHour: row.clock === 0 ? 0 : 1 / row.clock });
  const [failureDownPerHour = 0, rejuvenationDownPerHour = 0] = row.costs;
  const { downtimeHours, cost } = costOverPeriod(
    state,
    { failureDownPerHour, rejuvenationDownPerHour },
    8640,
  );
  expect(Math.abs(downtimeHours - row.downtime)).toBeLessThan(0.0012);
  expect(Math.floor(cost)).toBe(row.cost);
});
