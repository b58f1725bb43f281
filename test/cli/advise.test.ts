import { describe, expect, it } from 'vitest';
import { advised } from './advise/advised.ts';
import { setScene, type Scene } from './scene.ts';

const server = `
life: { twoStage: { agingPerHour: 0.004, failurePerHour: 0.002 } }
repair: 8h
rejuvenation: 12m
`;

/** A scene without a config file, as on the laptop of somebody who only has a question. */
function alone(rates: string): Scene {
  const scene = setScene();
  scene.env = { REJUV_CONFIG: '/missing.yaml' };
  scene.rates = rates;
  return scene;
}

async function summary(rates: string, ...argv: string[]): Promise<string> {
  return (await advised(alone(rates), '--given', 'r.yaml', ...argv)).summary;
}

describe('rejuv advise from a file alone', () => {
  it('answers as the worked example of docs/model.md does', async () => {
    const scene = alone(server);
    const advice = await advised(
      scene,
      '--given',
      'r.yaml',
      '--cost-failure',
      '1000',
      '--cost-rejuvenation',
      '40',
    );
    expect(advice).toMatchObject({ verdict: 'interval', present: { source: 'none', everyHours: null } });
    if (advice.verdict === 'not-enough-data') throw new Error('no figures');
    expect(advice.best.everyHours).toBeCloseTo(16.133, 2);
    expect(advice.best.costPerYear.value).toBeCloseTo(8610.68, 2);
    expect(advice.never.costPerYear.value).toBeCloseTo(92_453.9, 0);
    expect(scene.err()).toContain('no config file is read');
  });

  it('says in plain words what to do, what it gains, which line, and that a monitor does better', async () => {
    const text = await summary(`${server}every: 7d\ncosts: { failureHour: 1000, rejuvenationHour: 40 }\n`);
    expect(text).toBe(
      'Rejuvenate the server of shop every 16 h 8 min. ' +
        'A year then costs 8,611 instead of 92,454 without any rejuvenation (91 % less). ' +
        'Today that is done every 7 d, at 35,218 a year. ' +
        'The cron line that fits best is "30 3,15 * * *" (UTC): one run every 12 h; 359 a year over the best. ' +
        'A monitor helps more than any schedule: one that has each server out within 30 min of becoming unstable ' +
        'brings a year to 559, against 8,611. This rejuv has no such monitor yet.',
    );
  });

  it('says in hours of downtime what nobody gave a price', async () => {
    const text = await summary(server);
    expect(text).toMatch(
      /^Rejuvenate the server of shop every 3 d 23 h\. A year then costs 40 h 13 min of server time/,
    );
    expect(text).toContain('No present schedule is known.');
  });

  it('says to leave a schedule that is as good as the best line', async () => {
    const text = await summary(`${server}every: 96h\n`);
    expect(text).toContain('that is as good as any cron line, leave it.');
  });

  it('says not to rejuvenate servers that do not age', async () => {
    const text = await summary(
      'life: { exponential: { failurePerHour: 0.002 } }\nrepair: 8h\nrejuvenation: 12m\nevery: 1d\n',
    );
    expect(text).toMatch(
      /^Do not rejuvenate shop on a schedule: its servers live 20 d 20 h on average and do not age, so a restart takes time and prevents nothing\./,
    );
    expect(text).toMatch(/Today that is done every 24 h, which costs .* a year: .* more\.$/);
  });

  it('says not to rejuvenate where it loses more than it prevents, and whether a monitor would pay', async () => {
    const text = await summary(server.replace('12m', '5h'));
    expect(text).toMatch(
      / on a schedule: .* and age, but a rejuvenation loses more than the failures it would prevent\./,
    );
    expect(text).toContain('would not do better');
  });

  it('says "as often as possible", and that it is hardly meant, where a rejuvenation costs next to nothing', async () => {
    const text = await summary(server, '--cost-failure', '1000000', '--cost-rejuvenation', '0.0000001');
    expect(text).toMatch(/^Rejuvenate shop as often as possible: .*--cost-rejuvenation/);
  });

  it('cannot tell about a monitor from a life without stages', async () => {
    const text = await summary(
      'life: { weibull: { shape: 3, scale: 30d } }\nrepair: 8h\nrejuvenation: 12m\n',
    );
    expect(text).toMatch(/Whether a monitor would do better than a clock cannot be told from lives alone/);
  });

  it('counts the hour without a reserve, and no downtime, where a spare stands in', async () => {
    const advice = await advised(
      alone(`${server}servers: 2\nspares: 1\nminServing: 2\n`),
      '--given',
      'r.yaml',
    );
    if (advice.verdict === 'not-enough-data') throw new Error('no figures');
    const [often] = advice.curve;
    // Not a minute is lost to the rejuvenations: the more often, the more available.
    expect(1 - often!.availability.value).toBeLessThan(1 - (advice.best.availability.value ?? 0));
    expect(often!.costPerYear.value).toBeGreaterThan(advice.best.costPerYear.value ?? 0);
  });

  it('gives bands that hold the value, and wider ones the less is certain', async () => {
    const bands = [1, 1.5, 3].map(async (uncertainty) => {
      const advice = await advised(alone(`${server}uncertainty: ${uncertainty}\n`), '--given', 'r.yaml');
      if (advice.verdict === 'not-enough-data') throw new Error('no figures');
      return [advice.best.costPerYear, advice.best.everyHoursBand, advice.best.availability] as const;
    });
    let before = [0, 0, 0];
    for (const found of await Promise.all(bands)) {
      const widths = found.map(({ value, lower, upper }) => {
        expect(lower).toBeLessThanOrEqual(value ?? 0);
        expect(upper).toBeGreaterThanOrEqual(value ?? 0);
        return (upper ?? 0) - (lower ?? 0);
      });
      if (before[0] === 0 && widths[0] === 0) continue;
      for (const [n, width] of widths.entries()) expect(width).toBeGreaterThan(before[n] ?? 0);
      before = widths;
    }
    expect(before[0]).toBeGreaterThan(0);
  });

  it.each([
    ['0', '--cost-failure'],
    ['-1', '--cost-failure'],
    ['much', '--cost-failure'],
    ['Infinity', '--cost-rejuvenation'],
    ['NaN', '--cost-rejuvenation'],
    ['', '--cost-rejuvenation'],
  ])('refuses %j as a cost, naming the option', async (amount, option) => {
    const scene = alone(server);
    expect(await scene.run('advise', 'shop', '--given', 'r.yaml', `${option}=${amount}`)).toBe(2);
    expect(scene.err()).toContain(
      `${option} is an amount above 0 and up to 1e12, not ${JSON.stringify(amount)}`,
    );
    expect(scene.out()).toBe('');
  });

  it('refuses a file with problems, with field and line of each', async () => {
    const scene = alone('servers: 0\nlife: { exponential: { failurePerHour: .nan } }\n');
    expect(await scene.run('advise', 'shop', '--given', 'r.yaml')).toBe(2);
    expect(scene.err()).toContain('r.yaml:1:10  servers is 0');
    expect(scene.err()).toContain('r.yaml:2:40  life.exponential.failurePerHour is NaN');
  });

  it('does not go on with a config file that was named and is not there', async () => {
    const scene = alone(server);
    expect(await scene.run('advise', 'shop', '--given', 'r.yaml', '-c', '/missing.yaml')).toBe(2);
  });

  it('says what is missing where the file does not say it all and there is nothing else', async () => {
    const advice = await advised(alone('repair: 8h\n'), '--given', 'r.yaml');
    expect(advice).toMatchObject({ verdict: 'not-enough-data', seen: { failures: 0, serviceHours: 0 } });
    if (advice.verdict !== 'not-enough-data') throw new Error('figures from nowhere');
    expect(advice.missing).toEqual([
      'how long a server lives: no failure is in the records, and 5 more are needed to tell aging from chance',
      'how long a rejuvenation takes: none has been seen to its end',
    ]);
  });
});
