import { describe, it } from 'vitest';
import { noDoom } from '../fakes/befall.ts';
import type { Happening } from '../fakes/happening.ts';
import { lifetime } from '../fakes/lifetime.ts';
import type { Shop } from '../fakes/troubled-shop.ts';

const shop: Shop = {
  answers: true,
  warm: true,
  spares: 2,
  failback: 'automatic',
  ladder: 'none',
  whenOneIsDown: 'continue',
};

const passes = (ms: number): Happening => ({ what: 'time passes', ms });

/** Lives that once broke a law, cut down to what broke it. */
const lives: readonly {
  readonly name: string;
  readonly in?: Partial<Shop>;
  readonly happenings: readonly Happening[];
}[] = [
  {
    name: 'a repair that fails without one load balancer owes that one the maint',
    in: { spares: 1, failback: 'manual', ladder: 'restart and reboot' },
    happenings: [
      { what: 'answer lost', on: 'a' },
      { what: 'answer lost', on: 'b' },
      { what: 'asks', kind: 'recovery', server: 'web4' },
      passes(8_829),
      { what: 'a spare dies', forMs: 43_496 },
      passes(32_725),
      { what: 'away', on: 'a' },
      passes(39_434),
    ],
  },
  {
    name: 'a server that HAProxy forgot to be out is secured in maint, also where the answer comes too late',
    in: { answers: false, spares: 1, ladder: 'power cycle' },
    happenings: [
      { what: 'asks', kind: 'rejuvenation', server: 'web1' },
      passes(17_840),
      { what: 'aborts' },
      { what: 'sidecar dies', afterCalls: 5, forMs: 12_442 },
      { what: 'a call meets', fate: 'hang', afterCalls: 11 },
      { what: 'reload', on: 'b', saved: false },
      passes(39_993),
    ],
  },
  {
    name: 'an operation on its way back leaves alone what a person has set where it had said nothing',
    in: { whenOneIsDown: 'block' },
    happenings: [
      { what: 'answer lost', on: 'a' },
      { what: 'asks', kind: 'drain', server: 'web1' },
      { what: 'aborts' },
      { what: 'away', on: 'a' },
      { what: 'by hand', on: 'b', server: 'web1', to: 'maint' },
      passes(13_329),
    ],
  },
  {
    name: 'a server that serves again on one load balancer after a lost answer gets new connections there',
    in: { spares: 1, whenOneIsDown: 'block' },
    happenings: [
      { what: 'a spare dies', forMs: 54_145 },
      { what: 'trouble', trouble: 'reboots', server: 'web1', on: 'a', forMs: 32_681 },
      passes(24_576),
      { what: 'reload', on: 'a', saved: true },
      { what: 'answer lost', on: 'b' },
      { what: 'trouble', trouble: 'dies', server: 'web1', on: 'b', forMs: 10_358 },
      passes(13_661),
    ],
  },
  {
    name: 'a server that is secured while no load balancer answers goes to maint once they do',
    in: { ladder: 'restart and reboot' },
    happenings: [
      { what: 'asks', kind: 'recovery', server: 'web4' },
      { what: 'asks', kind: 'rejuvenation', server: 'web4' },
      { what: 'away', on: 'b' },
      { what: 'sidecar dies', afterCalls: 26, forMs: 59_990 },
      { what: 'sidecar dies', afterCalls: 49, forMs: 59_987 },
      { what: 'cut off', on: 'a', times: 4 },
      { what: 'aborts' },
      passes(39_987),
    ],
  },
  {
    name: 'a server that is well at the moment in which it is taken out is put back',
    in: { warm: false, failback: 'manual', ladder: 'power cycle' },
    happenings: [
      { what: 'asks', kind: 'ready', server: 'web3' },
      passes(11_491),
      { what: 'asks', kind: 'recovery', server: 'web4' },
      { what: 'sidecar dies', afterCalls: 57, forMs: 27_676 },
      { what: 'trouble', trouble: 'dies', server: 'web1', on: 'b', forMs: 8_490 },
      { what: 'sidecar dies', afterCalls: 60, forMs: 16_945 },
      { what: 'back', on: 'b' },
      { what: 'a call meets', fate: 'hang', afterCalls: 7 },
      passes(11_840),
    ],
  },
  {
    name: 'an operation on its way back leaves alone what a person has set on a load balancer that is away since',
    happenings: [
      { what: 'answer lost', on: 'a' },
      { what: 'asks', kind: 'drain', server: 'web1' },
      { what: 'by hand', on: 'b', server: 'web1', to: 'maint' },
      { what: 'answer lost', on: 'a' },
      passes(2_600),
      { what: 'away', on: 'b' },
      { what: 'aborts' },
      passes(20_000),
      { what: 'back', on: 'b' },
      passes(20_000),
    ],
  },
  {
    name: 'a failed server that serves again while the sidecar is away, as the last one, is not taken out',
    in: { warm: false, failback: 'manual', whenOneIsDown: 'block' },
    happenings: [
      passes(1_566),
      { what: 'a call meets', fate: 'hang', afterCalls: 1 },
      { what: 'next reboot', server: 'web4', fate: 'drops-ssh' },
      { what: 'asks', kind: 'rejuvenation', server: 'web2' },
      passes(29_961),
      { what: 'asks', kind: 'rejuvenation', server: 'web4' },
      { what: 'trouble', trouble: 'dies with two others', server: 'web2', on: 'a', forMs: 29_063 },
      {
        what: 'strike',
        strike: {
          trouble: 'unreachable',
          phase: 'registering',
          part: 'its server',
          afterCalls: 3,
          forMs: 26_060,
        },
      },
      passes(39_994),
      { what: 'a spare dies', forMs: 57_451 },
      { what: 'wall clock jumps', ms: -3_600_000 },
      passes(22_261),
      { what: 'by hand', on: 'b', server: 'web4', to: 'maint' },
      passes(37_478),
      { what: 'sidecar dies', afterCalls: 29, forMs: 4_592 },
    ],
  },
  {
    name: 'a server that serves in its old place when its failback is aborted, and the sidecar restarted, is the primary there',
    in: { warm: false, ladder: 'power cycle' },
    happenings: [
      { what: 'lives', server: 'web2' },
      { what: 'ssh fails', call: 'connect', times: 1 },
      { what: 'trouble', trouble: 'dies', server: 'web2', on: 'a', forMs: 30_035 },
      passes(24_300),
      { what: 'aborts' },
      { what: 'asks', kind: 'ready', server: 'web3' },
    ],
  },
  {
    name: 'a fault that is seen in the middle of a turn is on record before it is answered',
    happenings: [
      { what: 'trouble', trouble: 'hangs', server: 'web3', on: 'a', forMs: 54_106 },
      { what: 'ssh fails', call: 'run', times: 1 },
      passes(13_291),
      { what: 'trouble', trouble: 'reboots', server: 'web4', on: 'a', forMs: 18_439 },
      { what: 'trouble', trouble: 'dies', server: 'web2', on: 'a', forMs: 16_865 },
      { what: 'asks', kind: 'maint', server: 'web1' },
      { what: 'sidecar dies', afterCalls: 19, forMs: 26_694 },
      passes(26_197),
    ],
  },
  {
    name: 'a drain that is aborted, and that a person takes over on one load balancer, is that person’s',
    in: { whenOneIsDown: 'block' },
    happenings: [
      { what: 'asks', kind: 'drain', server: 'web1' },
      { what: 'cut off', on: 'b', times: 5 },
      { what: 'aborts' },
      passes(109),
      { what: 'by hand', on: 'a', server: 'web1', to: 'maint' },
    ],
  },
  {
    name: 'a spare that a person drains while it is about to take over is that person’s',
    in: { warm: false },
    happenings: [
      { what: 'trouble', trouble: 'dies with its host', server: 'web2', on: 'b', forMs: 23_345 },
      { what: 'by hand', on: 'b', server: 'web2', to: 'drain' },
      passes(33_509),
      { what: 'reload', on: 'b', saved: false },
      { what: 'by hand', on: 'a', server: 'web4', to: 'drain' },
      { what: 'a call meets', fate: 'hang', afterCalls: 9 },
      { what: 'cut off', on: 'a', times: 5 },
      passes(37_396),
    ],
  },
  {
    name: 'a repair that would give a place back takes its stand-in from nobody who has it',
    in: { whenOneIsDown: 'block', warm: false, spares: 1, ladder: 'restart and reboot' },
    happenings: [
      { what: 'cut off', on: 'b', times: 2 },
      { what: 'trouble', trouble: 'hangs', server: 'web2', on: 'b', forMs: 52_794 },
      { what: 'asks', kind: 'drain', server: 'web3' },
      passes(6_028),
      { what: 'ssh fails', call: 'reboot', times: 4 },
      { what: 'lives', server: 'web4' },
      { what: 'ssh fails', call: 'connect', times: 3 },
      passes(12_142),
      { what: 'asks', kind: 'ready', server: 'web4' },
      { what: 'reload', on: 'b', saved: true },
      passes(101_356),
    ],
  },
  {
    name: 'a load balancer that comes back between two looks of a step is brought into line before the step goes on',
    in: { warm: false, spares: 1, ladder: 'restart and reboot' },
    happenings: [
      { what: 'trouble', trouble: 'dies', server: 'web3', on: 'a', forMs: 30_196 },
      { what: 'by hand', on: 'a', server: 'web3', to: 'drain' },
      {
        what: 'strike',
        strike: { trouble: 'dies', phase: 'duplexing', part: 'another', afterCalls: 9, forMs: 44_229 },
      },
      { what: 'away', on: 'b' },
      passes(22_246),
      { what: 'asks', kind: 'switchover', server: 'web1' },
      { what: 'sidecar dies', afterCalls: 39, forMs: 55_847 },
      passes(38_614),
      { what: 'sidecar dies', afterCalls: 52, forMs: 27_593 },
      { what: 'answer lost', on: 'a' },
      { what: 'asks', kind: 'recovery', server: 'web2' },
      { what: 'sidecar dies', afterCalls: 49, forMs: 34_396 },
      { what: 'back', on: 'b' },
      passes(11_930),
    ],
  },
];

describe('a life that was found by chance', () => {
  for (const { name, in: change, happenings } of lives) {
    it(`shows that ${name}`, { timeout: 60_000 }, async () => {
      await lifetime({ ...shop, ...change }, happenings, noDoom());
    });
  }
});
