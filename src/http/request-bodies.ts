import { z } from 'zod';
import { RejuvError } from '../domain/errors.ts';
import { backendName, isHaproxyName, serverName } from '../domain/names.ts';
import { longestPlanDays, usualPlanDays } from '../domain/plan.ts';

/** What a person writes ends up in records, logs and terminals: bounded, and without control characters. */
const sentence = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

const who = sentence.max(100).nullable().default(null);

const server = z.strictObject({
  backend: z.string().refine(isHaproxyName, 'is not a name for a backend').transform(backendName),
  server: z.string().refine(isHaproxyName, 'is not a name for a server').transform(serverName),
});

/** The body of POST /v1/operations and of its dry run. Whoever comes through this door is an operator. */
export const operationBody = z.strictObject({
  kind: z.enum(['rejuvenation', 'switchover', 'drain', 'maint', 'ready', 'recovery']),
  target: server,
  trigger: z.literal('operator').default('operator'),
  by: who,
  reason: sentence.nullable().default(null),
  force: z.boolean().default(false),
  noWait: z.boolean().default(false),
  /** Only the sidecar itself starts the run of a schedule. */
  run: z.null().default(null),
  /** Only the sidecar measures. */
  because: z.null().default(null),
});

/** The body of POST /v1/rolls. */
export const rollBody = z.strictObject({
  backend: server.shape.backend,
  by: who,
  reason: sentence.nullable().default(null),
  force: z.boolean().default(false),
  maxFailed: z.int().min(0).max(10_000).nullable().default(null),
});

/** The body of POST /v1/rolls/:id/continue. */
export const continueBody = z.strictObject({ by: who });

/** The body of POST /v1/operations/:id/abort. */
export const abortBody = z.strictObject({ by: who, reason: sentence });

/** What a Date can still hold. */
const latestInstant = 8_640_000_000_000_000;

/** The body of POST /v1/pause. */
export const pauseBody = z.strictObject({
  by: who,
  reason: sentence,
  until: z.int().max(latestInstant, 'is beyond the end of time').nullable().default(null),
  rollBack: z.boolean().default(false),
  includingFailover: z.boolean().default(false),
});

/** The body of POST /v1/all-clear. */
export const allClearBody = z.strictObject({
  backend: server.shape.backend,
  by: who,
  reason: sentence.nullable().default(null),
});

/** The body of POST /v1/resume. */
export const resumeBody = z.strictObject({ by: who, reason: sentence.nullable().default(null) });

/** The body of POST /v1/reload. */
export const reloadBody = z.strictObject({ by: who });

export const planQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(longestPlanDays).default(usualPlanDays),
});

/** The query of GET /v1/why. */
export const whyQuery = server;

/** The body of POST /v1/role. */
export const roleBody = z.strictObject({
  server,
  role: z.enum(['primary', 'spare']),
  by: who,
  reason: sentence.nullable().default(null),
});

/**
 * A JSON text as what `schema` describes.
 * @throws RejuvError usage, naming every wrong field
 */
export function readBody<T>(text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RejuvError('usage', { problem: 'the body is not JSON' }, { cause });
  }
  return readValue(value, schema);
}

/** A value as what `schema` describes. @throws RejuvError usage, naming every wrong field */
export function readValue<T>(value: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new RejuvError('usage', { problem: problems.join('; ') });
}
