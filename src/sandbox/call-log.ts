import { factsMatch, type CallFacts, type FactsMatch } from './call-facts';
import type { Json } from './exact-json';

/** What a company did. `refused` marks a refusal that its HTTP status does not show. */
interface CallEffect {
  readonly httpStatus: number;
  readonly code: string | null;
  readonly refused?: true;
}

/**
 * One HTTP call a company received. `effect` is what the company did; `answer` is what the caller got to
 * see.
 */
export interface CallRecord {
  readonly id: number;
  readonly call: string;
  readonly method: string;
  readonly path: string;
  readonly at: string;
  readonly reference: string | null;
  readonly clientId: string | null;
  readonly subject: string | null;
  /** The request's body, secrets redacted. */
  readonly request: Json;
  /** Null while (or because) the call had no effect. */
  effect: CallEffect | null;
  /** `none` = the connection ended, or still hangs, without an answer. */
  answer: { readonly httpStatus: number } | 'none';
  fault: { readonly id: string; readonly kind: string } | null;
}

export interface CallCounts {
  total: number;
  accepted: number;
  refused: number;
  notApplied: number;
}

export interface CallQuery extends FactsMatch {
  readonly call?: string | undefined;
  /** Only those that a fault struck. */
  readonly struck?: 'true' | undefined;
}

const MOST_RECORDS = 100_000;

/** Every call one company received, oldest first; the oldest make room beyond 100,000. */
export class CallLog {
  private records: CallRecord[] = [];
  private lastNumber = 0;
  private forgotten = 0;

  open(
    call: { readonly name: string; readonly method: string; readonly path: string; readonly at: string },
    facts: CallFacts,
    request: Json,
  ): CallRecord {
    this.lastNumber += 1;
    const record: CallRecord = {
      id: this.lastNumber,
      call: call.name,
      method: call.method,
      path: call.path,
      at: call.at,
      reference: facts.reference ?? null,
      clientId: facts.clientId ?? null,
      subject: facts.subject ?? null,
      request,
      effect: null,
      answer: 'none',
      fault: null,
    };
    this.records.push(record);
    if (this.records.length > MOST_RECORDS) this.forget(MOST_RECORDS / 10);
    return record;
  }

  /** Matching calls, and how many of each name were accepted, refused, or left without effect. */
  find(query: CallQuery): {
    calls: readonly CallRecord[];
    counts: Record<string, CallCounts>;
    forgotten: number;
  } {
    const calls = this.records.filter(
      (record) =>
        (query.call === undefined || record.call === query.call) &&
        (query.struck === undefined || record.fault !== null) &&
        factsMatch(factsOf(record), query),
    );
    const counts: Record<string, CallCounts> = {};
    for (const record of calls) {
      const count = (counts[record.call] ??= { total: 0, accepted: 0, refused: 0, notApplied: 0 });
      count.total += 1;
      if (record.effect === null) count.notApplied += 1;
      else if (record.effect.httpStatus < 300 && record.effect.refused !== true) count.accepted += 1;
      else count.refused += 1;
    }
    return { calls, counts, forgotten: this.forgotten };
  }

  clear(): void {
    this.records = [];
    this.forgotten = 0;
  }

  private forget(count: number): void {
    this.records = this.records.slice(count);
    this.forgotten += count;
  }
}

function factsOf(record: CallRecord): CallFacts {
  return {
    reference: record.reference ?? undefined,
    clientId: record.clientId ?? undefined,
    subject: record.subject ?? undefined,
  };
}
