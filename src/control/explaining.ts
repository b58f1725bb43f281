import { asRejuvError, type RejuvError } from '../domain/errors.ts';
import type { ServerId } from '../domain/names.ts';
import type { Operation, OperationRequest } from '../domain/operation.ts';
import type { Plan } from '../domain/plan.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { whyPlanDays, type Why } from '../domain/why.ts';
import { admit } from '../policy/admission.ts';
import type { AdmissionFacts } from '../policy/admission-facts.ts';
import type { Judgement } from '../policy/fault/verdict.ts';
import { trendAnswer } from '../policy/aging/trend-answer.ts';
import { backendJudge } from '../policy/aging/judgements.ts';
import { answerNow } from './faults/answer-now.ts';
import { askOutside, gatherFacts, type Desk } from './admitting.ts';
import { levelProblems, loginProblems } from './peer-gates.ts';
import { reportWhy } from './why-report.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;

/**
 * What would happen to a server next, and everything that stands in the way of its rejuvenation: asked of the very
 * gates that would refuse it. `play` plays the schedules forward.
 * @throws RejuvError unknown-backend, unknown-server
 */
export async function explain(
  world: World,
  desk: Desk,
  target: ServerId,
  play: (snapshot: Snapshot, days: number) => Promise<Plan>,
  judgementOf: (server: ServerId) => Judgement | null,
  signal: AbortSignal,
): Promise<Why> {
  const asked = asIfAsked(target);
  const told = await askOutside(world, asked, signal);
  const facts = await gatherFacts(world, desk, asked, told, signal);
  const { blocked, spare } = admit(asked, facts);
  const { server, snapshot, backend } = facts;
  const servers = spare === null ? [server] : [server, spare];
  const [levels, logins, plan] = await Promise.all([
    levelProblems(
      world,
      snapshot.excused.map(({ name }) => name),
      signal,
    ),
    loginProblems(world, servers, signal),
    play(snapshot, whyPlanDays).catch((thrown: unknown) => {
      signal.throwIfAborted();
      return asRejuvError(thrown);
    }),
  ]);
  const peers = [...levels.filter((error) => !isGap(facts, error)), ...logins];
  return reportWhy({
    ...facts,
    source: world.source,
    running: (operation: Operation) => !desk.abandoned(operation),
    refused: {
      everybody: [...blocked, ...peers],
      schedules: [...admit({ ...asked, trigger: 'schedule' }, facts).blocked, ...peers],
    },
    watch:
      backend.faults === null
        ? null
        : answerNow(
            {
              ...{ backend, settings: backend.faults, snapshot, judgementOf },
              ...{ records: facts.records, now: snapshot.at },
            },
            target,
          ),
    judged: backendJudge({
      ...{ backend, records: facts.records, snapshot, measured: world.samples },
      ...{ forecast: trendAnswer, now: snapshot.at },
    })(target),
    plan,
    playedUntil: snapshot.at + whyPlanDays * dayMs,
  });
}

/** A load balancer that does not answer at all is one reason, not two. */
function isGap({ snapshot }: AdmissionFacts, { facts }: RejuvError): boolean {
  return snapshot.gaps.some(({ name }) => name === facts['loadBalancer']);
}

/** As a person would ask for it now, without overriding anything. */
function asIfAsked(target: ServerId): OperationRequest {
  const nobody = { by: null, reason: null, run: null, because: null };
  return { kind: 'rejuvenation', target, trigger: 'operator', ...nobody, force: false, noWait: false };
}
