import { describe, expect, it } from 'vitest';
import type { Duty, Verdict } from '../../../src/domain/fault.ts';
import { applyFault, noFaults, openFault, serverFaults } from '../../../src/domain/fault-records.ts';
import { backendName, serverName } from '../../../src/domain/names.ts';
import { faultEvents } from '../../../src/policy/fault/events.ts';

const web1 = { backend: backendName('shop'), server: serverName('web1') };

/** What is recorded of a course of verdicts, one a second. */
function recorded(course: readonly (readonly [Verdict, Duty])[], takenOut = false): string[] {
  let records = noFaults;
  return course.flatMap(([verdict, duty], at) =>
    faultEvents(records, web1, { verdict, duty, since: at, at, facts: [], risenAt: null }, takenOut).map(
      (event) => {
        records = applyFault(records, event);
        if (event.type !== 'fault-seen') return event.type;
        return `${event.verdict}${event.resting === true ? ' at rest' : ''}`;
      },
    ),
  );
}

describe('what is recorded of a server', () => {
  it('is each fault once, and its end', () => {
    expect(
      recorded([
        ['well', 'serving'],
        ['suspect', 'serving'],
        ['hung', 'serving'],
        ['suspect', 'serving'],
        ['hung', 'serving'],
        ['failed', 'serving'],
        ['unknown', 'serving'],
        ['well', 'serving'],
        ['well', 'serving'],
      ]),
    ).toEqual(['hung', 'failed', 'fault-over']);
  });

  it('taken out on one load balancer, the fault goes on though the other one has it in service', () => {
    const course = [
      ['failed', 'serving'],
      ['well', 'serving'],
    ] as const;
    expect(recorded(course, true)).toEqual(['failed']);
    expect(recorded(course, false)).toEqual(['failed', 'fault-over']);
  });

  it('taken out for a fault, a lesser trouble where it serves still does not end that', () => {
    const course = [
      ['failed', 'serving'],
      ['unreachable', 'serving'],
      ['split', 'serving'],
      ['hung', 'serving'],
    ] as const;
    expect(recorded(course, true)).toEqual(['failed', 'hung']);
    expect(recorded(course, false)).toEqual(['failed', 'unreachable', 'split', 'hung']);
  });

  it('of a spare at rest says so, and anew once it is in service as it is', () => {
    const course = [
      ['failed', 'asleep'],
      ['failed', 'asleep'],
      ['failed', 'serving'],
      ['failed', 'serving'],
      ['failed', 'warm'],
    ] as const;
    expect(recorded(course)).toEqual(['failed at rest', 'failed']);
    expect(recorded([['failed', 'warm']])).toEqual(['failed at rest']);
  });

  it('out of service, the fault goes on though the probe passes, until it is back', () => {
    expect(
      recorded([
        ['failed', 'serving'],
        ['unknown', 'out'],
        ['well', 'out'],
        ['well', 'serving'],
      ]),
    ).toEqual(['failed', 'fault-over']);
  });

  it('forgets the oldest faults, and closes the one before when another begins', () => {
    let records = noFaults;
    for (let at = 0; at < 50; at += 1) {
      records = applyFault(records, {
        type: 'fault-seen',
        at,
        server: web1,
        verdict: 'failed',
        evidence: [],
      });
    }
    const { faults } = serverFaults(records, web1);
    expect(faults).toHaveLength(20);
    expect(faults.filter(({ overAt }) => overAt === null)).toHaveLength(1);
    records = applyFault(records, { type: 'recovered', at: 60, server: web1, operation: null });
    expect(openFault(serverFaults(records, web1))).toBeNull();
    expect(serverFaults(records, web1).recoveries).toEqual([60]);
  });
});
