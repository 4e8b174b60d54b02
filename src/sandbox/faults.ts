import { z } from 'zod';
import { factsMatch, factsMatchSchema, type CallFacts } from './call-facts';
import type { Json } from './exact-json';

const APPLICABLE_KINDS: readonly string[] = ['status', 'reset', 'hang', 'garbage'];
const TIMED_KINDS: readonly string[] = ['slow', 'hang', 'status', 'reset', 'garbage'];

/**
 * What a test may order for the calls of one company. `apply` says when the call's effect happens, seen
 * from the
 * fault: `before` it (the lost answer), `after` it (late processing), or `never` (the default).
 */
export function faultSchema(calls: readonly [string, ...string[]]) {
  return consistent(z.strictObject({ ...faultFields(calls), times: z.int().min(1).nullable().default(1) }));
}

/** The same by chance: `rate` is the share of the matching calls that it strikes. */
export function randomFaultSchema(calls: readonly [string, ...string[]]) {
  return consistent(z.strictObject({ ...faultFields(calls), rate: z.number().gt(0).max(1) }));
}

function faultFields(calls: readonly [string, ...string[]]) {
  return {
    call: z.enum(calls),
    kind: z.enum(['status', 'hang', 'reset', 'garbage', 'slow', 'wrong_content_type', 'override']),
    apply: z.enum(['before', 'after', 'never']).optional(),
    status: z.int().min(200).max(599).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.json().optional(),
    ms: z.int().min(0).max(600_000).optional(),
    match: factsMatchSchema.optional(),
  };
}

type FaultFields = z.infer<z.ZodObject<ReturnType<typeof faultFields>>>;

function consistent<T extends z.ZodType<FaultFields>>(schema: T) {
  return schema
    .refine((fault) => fault.apply === undefined || APPLICABLE_KINDS.includes(fault.kind), {
      path: ['apply'],
      error: `only for ${APPLICABLE_KINDS.join(', ')}: the other kinds always apply the effect`,
    })
    .refine((fault) => fault.kind !== 'slow' || fault.ms !== undefined, {
      path: ['ms'],
      error: 'is required for slow: how many milliseconds the answer waits',
    })
    .refine((fault) => fault.ms === undefined || TIMED_KINDS.includes(fault.kind), {
      path: ['ms'],
      error: `only for ${TIMED_KINDS.join(', ')}`,
    })
    .refine((fault) => fault.kind !== 'override' || isPlainObject(fault.body), {
      path: ['body'],
      error: 'is required for override: an object of the fields to merge into the answer (null removes one)',
    });
}

export type FaultOrder = z.infer<ReturnType<typeof faultSchema>>;
export type RandomFault = z.infer<ReturnType<typeof randomFaultSchema>>;

/** A fault as it strikes one call. */
export type Strike = FaultFields & { readonly id: string };

export interface Fault extends FaultOrder {
  readonly id: string;
  /** How often it may still strike; null = until cleared. */
  readonly timesLeft: number | null;
}

/**
 * The faults ordered for one company. A fault strikes calls in the order the faults were ordered, one per
 * call.
 */
export class FaultBook {
  private faults: Fault[] = [];
  private lastNumber = 0;

  add(order: FaultOrder): Fault {
    this.lastNumber += 1;
    const fault = { ...order, id: `fault-${this.lastNumber}`, timesLeft: order.times };
    this.faults.push(fault);
    return fault;
  }

  list(): readonly Fault[] {
    return this.faults;
  }

  /** Removes one fault, or all without an id; says how many went. */
  clear(id?: string): number {
    const before = this.faults.length;
    this.faults = id === undefined ? [] : this.faults.filter((fault) => fault.id !== id);
    return before - this.faults.length;
  }

  /** The fault that strikes this call, if any; counts it as used. */
  take(call: string, facts: CallFacts): Fault | undefined {
    const struck = this.faults.find((fault) => fault.call === call && factsMatch(facts, fault.match));
    if (struck === undefined || struck.timesLeft === null) return struck;
    const used = { ...struck, timesLeft: struck.timesLeft - 1 };
    this.faults = this.faults.flatMap((fault) =>
      fault !== struck ? [fault] : used.timesLeft > 0 ? [used] : [],
    );
    return used;
  }
}

function isPlainObject(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
