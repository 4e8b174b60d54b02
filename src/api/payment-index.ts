import type { ListPaymentsQuery } from '../contract/http';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes';
import {
  LATE_WORKFLOW,
  lateWorkflowIdOf,
  type PaymentMemo,
  type RefundsMemo,
  refundsWorkflowIdOf,
  WORKFLOW_TYPES,
} from '../contract/workflow';
import { type Payment, workflowIdOf } from '../domain/payment';
import type { PaymentStatus } from '../domain/status';
import { isEnd } from '../domain/status';
import {
  decodeCursor,
  type Listed,
  type Page,
  type PaymentIndex,
  readPage,
  type Span,
} from './payment-listing';
import { invalidRequest } from './problem';
import { mergeStored } from './stored-payment';
import { READ_DEADLINE_MS, type TemporalCalls } from './temporal-calls';

/** How far the API's clock, which dates payments, may be from the server's, which dates workflows. */
const CLOCK_SLACK_MS = 60_000;
/** Late workflows that changed their payment are rare: of more than this, the newest count. */
const MOST_LATE_CHANGES = 500;

/** A workflow as visibility lists it. */
interface Found<Memo> {
  workflowId: string;
  memo: Memo;
  startedAt: number;
}

/** The caller's own payments, newest first, as they stand now whichever workflow keeps them. */
export async function readPayments(
  calls: TemporalCalls,
  caller: string,
  query: ListPaymentsQuery,
): Promise<Page> {
  const position = query.cursor === undefined ? null : decodeCursor(query.cursor);
  if (query.cursor !== undefined && !position) {
    throw invalidRequest([{ path: 'cursor', message: 'cursor must be the nextCursor of an earlier page' }]);
  }
  const after = query.createdAfter === undefined ? 0 : Date.parse(query.createdAfter);
  const before = query.createdBefore === undefined ? Infinity : Date.parse(query.createdBefore);
  const range = {
    from: Math.max(0, after - CLOCK_SLACK_MS),
    to: Math.min(before, Date.now()) + CLOCK_SLACK_MS,
  };
  const changed =
    query.status === undefined ? new Map<string, PaymentStatus>() : await lateChanges(calls, caller);
  const isAsked = ({ payment }: Listed) => {
    const createdAt = Date.parse(payment.createdAt);
    if (query.reference !== undefined && payment.reference !== query.reference) return false;
    const late = changed.get(payment.id);
    if (late !== undefined && late !== query.status) return false;
    return createdAt < before && (query.createdAfter === undefined || createdAt > after);
  };
  const index = indexOf(calls, visibilityFilter(caller, query, changed));
  const fetch = async (span: Span) => (await index.fetch(span)).filter(isAsked);
  const page = await readPage({ count: (span) => index.count(span), fetch }, range, query.limit, position);
  return { ...page, payments: await withAftermath(calls, page.payments) };
}

function indexOf(calls: TemporalCalls, filter: string): PaymentIndex {
  const { workflow } = calls.client;
  return {
    count: async (span) =>
      (await calls.within(READ_DEADLINE_MS, () => workflow.count(`${filter} AND ${startedIn(span)}`))).count,
    fetch: async (span) => {
      const found = await search<PaymentMemo>(calls, `${filter} AND ${startedIn(span)}`);
      return found.map(({ memo, startedAt }) => ({ payment: memo.payment, startedAt }));
    },
  };
}

/** Late workflows that have changed their payment, by payment id: only these have a status of their own. */
async function lateChanges(calls: TemporalCalls, caller: string): Promise<Map<string, PaymentStatus>> {
  const query = [
    `WorkflowType = ${quoted(LATE_WORKFLOW)}`,
    `${SEARCH_ATTRIBUTES.caller.name} = ${quoted(caller)}`,
    `${SEARCH_ATTRIBUTES.status.name} IS NOT NULL`,
  ].join(' AND ');
  const found = await search<PaymentMemo>(calls, query, MOST_LATE_CHANGES);
  return new Map(oldestFirst(found).map(({ memo }) => [memo.payment.id, memo.payment.status]));
}

/** What came after the payments of one page, by one query more. */
async function withAftermath(calls: TemporalCalls, payments: Payment[]): Promise<Payment[]> {
  const ended = payments.filter(({ status }) => isEnd(status));
  if (ended.length === 0) return payments;
  const ids = ended.flatMap(({ id }) => [lateWorkflowIdOf(id), refundsWorkflowIdOf(id)]);
  const found = await search<PaymentMemo & RefundsMemo>(
    calls,
    `WorkflowId IN (${ids.map(quoted).join(', ')})`,
  );
  const newest = new Map(oldestFirst(found).map(({ workflowId, memo }) => [workflowId, memo]));
  return payments.map((payment) => {
    const late = newest.get(lateWorkflowIdOf(payment.id)) ?? null;
    const refunds = newest.get(refundsWorkflowIdOf(payment.id)) ?? null;
    return mergeStored({ payment, timeline: [], private: { caller: '' } }, { late, refunds }).payment;
  });
}

/** In the order of starts, so that of several runs the newest is met last. */
function oldestFirst<Memo>(found: Found<Memo>[]): Found<Memo>[] {
  return [...found].sort((a, b) => a.startedAt - b.startedAt);
}

async function search<Memo>(calls: TemporalCalls, query: string, most = Infinity): Promise<Found<Memo>[]> {
  return calls.within(READ_DEADLINE_MS, async () => {
    const found: Found<Memo>[] = [];
    for await (const { workflowId, memo, startTime } of calls.client.workflow.list({ query })) {
      found.push({ workflowId, memo: memo as Memo, startedAt: startTime.getTime() });
      if (found.length >= most) break;
    }
    return found;
  });
}

function visibilityFilter(
  caller: string,
  { status, provider, reference }: ListPaymentsQuery,
  changed: ReadonlyMap<string, PaymentStatus>,
): string {
  const types = Object.values(WORKFLOW_TYPES).map(quoted).join(', ');
  const { caller: callerKey, provider: providerKey, reference: referenceKey } = SEARCH_ATTRIBUTES;
  return [
    `WorkflowType IN (${types})`,
    `${callerKey.name} = ${quoted(caller)}`,
    ...(status ? [statusFilter(status, changed)] : []),
    ...(provider ? [`${providerKey.name} = ${quoted(provider)}`] : []),
    ...(reference ? referenceFilter(referenceKey.name, reference) : []),
  ].join(' AND ');
}

/** The status that a payment's own workflow closed with, or the one that a late workflow has given it since. */
function statusFilter(status: PaymentStatus, changed: ReadonlyMap<string, PaymentStatus>): string {
  const own = `${SEARCH_ATTRIBUTES.status.name} = ${quoted(status)}`;
  const ids = [...changed].filter(([, late]) => late === status).map(([id]) => quoted(workflowIdOf(id)));
  return ids.length === 0 ? own : `(${own} OR WorkflowId IN (${ids.join(', ')}))`;
}

function startedIn({ from, to }: Span): string {
  return `StartTime >= '${new Date(from).toISOString()}' AND StartTime < '${new Date(to).toISOString()}'`;
}

/**
 * Visibility on SQL cannot match a value with a double quote or a backslash (server 1.29 escapes them once too often). So it
 * is asked for what stands before the first of them, and we compare the whole value.
 */
function referenceFilter(name: string, reference: string): string[] {
  const matchable = /^[^"\\]*/.exec(reference)?.[0] ?? '';
  if (matchable === reference) return [`${name} = ${quoted(reference)}`];
  return matchable === '' ? [] : [`${name} STARTS_WITH ${quoted(matchable)}`];
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
