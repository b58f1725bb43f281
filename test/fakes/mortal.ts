import { RejuvError } from '../../src/domain/errors.ts';
import type { Clock, Host, Hosts, LoadBalancer, Probe, Store } from '../../src/domain/seams.ts';
import type { World } from '../../src/control/world.ts';

/** One call over a seam: `lb-a setAdmin`, `hosts reboot`, `store append step-begun`, and on what. */
export interface Call {
  readonly name: string;
  readonly detail: string;
}

/** What becomes of a call, before it has its effect or after. */
export type Fate = 'go' | 'fail' | 'hang' | 'die';

export type Tap = (call: Call, when: 'before' | 'after') => Fate;

/** How long a call hangs before the deadline that every adapter has ends it. */
const hangMs = 20_000;

/** The life of one process: once it has ended, nothing that it waits for ever comes. */
export class Life {
  over = false;
  /** Resolves with its end. */
  readonly ended: Promise<void>;
  private readonly never = new Promise<never>(() => undefined);
  private tellEnd: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.tellEnd = resolve;
    });
  }

  /** kill -9. */
  end(): void {
    this.over = true;
    this.tellEnd();
  }

  async through<T>(value: Promise<T>): Promise<T> {
    const result = await value.then(
      (given) => () => given,
      (thrown: unknown) => () => {
        throw thrown;
      },
    );
    if (this.over) return await this.never;
    return result();
  }
}

/** A world as one process sees it: every call over a seam passes the tap, and none returns to a dead process. */
export function mortal(world: World, life: Life, tap: Tap): World {
  const { clock } = world;
  const none = new AbortController().signal;

  async function call<T>(
    what: Call,
    failure: RejuvError | null,
    work: () => Promise<T>,
    answerCanBeLost = true,
  ): Promise<T> {
    const meet = async (when: 'before' | 'after'): Promise<void> => {
      const fate = life.over ? 'die' : tap(what, when);
      if (fate === 'die') life.end();
      if (fate === 'hang') await life.through(clock.sleep(hangMs, none));
      await life.through(Promise.resolve());
      if (when === 'after' && !answerCanBeLost) return;
      if ((fate === 'fail' || fate === 'hang') && failure !== null) throw failure;
    };
    await meet('before');
    const given = await life.through(work());
    await meet('after');
    return given;
  }

  const mortalClock: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: async (ms, signal) => await life.through(clock.sleep(ms, signal)),
    after: (ms, fire) => clock.after(ms, fire),
    timeout: (ms, reason) => clock.timeout(ms, reason),
  };

  return {
    ...world,
    clock: mortalClock,
    loadBalancers: world.loadBalancers.map((one) => mortalLoadBalancer(one, call)),
    hosts: mortalHosts(world.hosts, call),
    probe: mortalProbe(world.probe, call),
    store: mortalStore(world.store, call),
    runner: {
      run: async (command, ...rest) =>
        await call(
          { name: 'runner run', detail: command },
          null,
          async () => await world.runner.run(command, ...rest),
        ),
    },
  };
}

type Through = <T>(
  what: Call,
  failure: RejuvError | null,
  work: () => Promise<T>,
  answerCanBeLost?: boolean,
) => Promise<T>;

function mortalLoadBalancer(one: LoadBalancer, call: Through): LoadBalancer {
  const silent = new RejuvError('haproxy-silent', {
    loadBalancer: one.name,
    socket: `/run/${one.name}.sock`,
    command: 'a command',
    deadlineMs: 5_000,
  });
  const name = (word: string): string => `${one.name} ${word}`;
  // Each by name, without a spread: the compiler then says which new one has no name yet.
  return {
    name: one.name,
    read: async (...a) =>
      await call({ name: name('read'), detail: '' }, silent, async () => await one.read(...a)),
    readClosely: async (...a) =>
      await call({ name: name('readClosely'), detail: '' }, silent, async () => await one.readClosely(...a)),
    setAdmin: async (id, to, signal) =>
      await call(
        { name: name('setAdmin'), detail: `${id.backend}/${id.server} ${to}` },
        silent,
        async () => await one.setAdmin(id, to, signal),
      ),
    setAgent: async (id, on, signal) =>
      await call(
        { name: name('setAgent'), detail: `${id.backend}/${id.server} ${on ? 'on' : 'off'}` },
        silent,
        async () => await one.setAgent(id, on, signal),
      ),
    setWeight: async (id, weight, signal) =>
      await call(
        { name: name('setWeight'), detail: `${id.backend}/${id.server} ${weight}` },
        silent,
        async () => await one.setWeight(id, weight, signal),
      ),
    closeIdle: async (id, signal) =>
      await call(
        { name: name('closeIdle'), detail: `${id.backend}/${id.server}` },
        silent,
        async () => await one.closeIdle(id, signal),
      ),
    closeSessions: async (id, signal) =>
      await call(
        { name: name('closeSessions'), detail: `${id.backend}/${id.server}` },
        silent,
        async () => await one.closeSessions(id, signal),
      ),
    level: async (signal) => await one.level(signal),
    close: async () => await one.close(),
  };
}

function mortalHosts(hosts: Hosts, call: Through): Hosts {
  const lost = (host: string): RejuvError => new RejuvError('host-lost', { host, command: 'a command' });
  return {
    async connect(settings, signal) {
      const gone = new RejuvError('host-unreachable', { host: settings.host, problem: 'no answer' });
      const what = { name: 'hosts connect', detail: settings.host };
      const host = await call(what, gone, async () => await hosts.connect(settings, signal));
      const mortalHost: Host = {
        name: host.name,
        run: async (command, deadlineMs, within) =>
          await call(
            { name: 'hosts run', detail: `${settings.host} ${command}` },
            lost(host.name),
            async () => await host.run(command, deadlineMs, within),
          ),
        boot: async (within) =>
          await call(
            { name: 'hosts boot', detail: settings.host },
            lost(host.name),
            async () => await host.boot(within),
          ),
        reboot: async (...a) =>
          await call(
            { name: 'hosts reboot', detail: settings.host },
            lost(host.name),
            async () => await host.reboot(...a),
          ),
        close: async () => await host.close(),
      };
      return mortalHost;
    },
    copy: async (from, to, deadlineMs, signal) =>
      await call(
        { name: 'hosts copy', detail: from.path },
        new RejuvError('copy-failed', { from: from.path, to: to.path, problem: 'the connection ended' }),
        async () => await hosts.copy(from, to, deadlineMs, signal),
      ),
  };
}

function mortalProbe(probe: Probe, call: Through): Probe {
  return {
    async get(url, timeoutMs, signal) {
      const failure = new RejuvError('host-unreachable', { host: url, problem: 'no answer' });
      const what = { name: 'probe get', detail: url };
      try {
        return await call(what, failure, async () => await probe.get(url, timeoutMs, signal));
      } catch (thrown) {
        if (thrown !== failure) throw thrown;
        return { status: null, problem: 'no answer', tookMs: timeoutMs };
      }
    },
  };
}

/** A record that could not be written is not there; one that was written is never told to have failed. */
function mortalStore(store: Store, call: Through): Store {
  const full = new RejuvError('records-unwritable', { path: '/in/memory', problem: 'the disk is full' });
  return {
    get records() {
      return store.records;
    },
    async append(event) {
      const what = { name: `store append ${event.type}`, detail: '' };
      await call(what, full, async () => await store.append(event), false);
    },
    close: async () => await store.close(),
  };
}
