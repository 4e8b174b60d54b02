import { SEARCH_ATTRIBUTES } from '../contract/search-attributes';
import {
  EVENTS_QUEUE,
  EVENTS_WORKFLOW,
  LATE_WORKFLOW,
  providerQueue,
  REFUNDS_WORKFLOW,
  TASK_QUEUE,
  WORKFLOW_TYPES,
} from '../contract/workflow';
import { type ProviderId, PROVIDERS } from '../domain/payment';
import { OPEN_STATUSES } from '../domain/status';
import type { TemporalCalls } from './temporal-calls';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Ages that are counted by, as they stand in labels. */
const AGES = { '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '1d': DAY_MS, '3d': 3 * DAY_MS } as const;
type Age = keyof typeof AGES;

/** How long a payment that was cut off is told of. */
const CUT_OFF_TOLD_MS = DAY_MS;

/** Statuses of payments that somebody still has to attend to. */
const UNFINISHED_STATUSES = [...OPEN_STATUSES, 'needs_review'] as const;
const OPEN_REFUND_STATUSES = ['processing', 'needs_review'] as const;

/**
 * How long after its expiry a payment may still be in a status; later it is overdue. When payer or backend has a step to take,
 * the payment is ended at once; while money is moving or the provider is told to stop, the provider is asked for two days.
 */
const OVERDUE = [
  { status: 'requires_action', by: '5m' },
  { status: 'requires_confirmation', by: '5m' },
  { status: 'processing', by: '15m' },
  { status: 'processing', by: '3d' },
] as const satisfies { status: UnfinishedStatus; by: Age }[];

type UnfinishedStatus = (typeof UNFINISHED_STATUSES)[number];

/** How many of something there are; `older` counts those among them whose workflow began so long ago. */
export interface Count {
  all: number;
  older: Partial<Record<Age, number>>;
}

/** Everything that has not come to its end, by counts alone. */
export interface OpenWork {
  payments: { provider: ProviderId; status: UnfinishedStatus; count: number }[];
  /** Payments whose expiry has passed by so much. */
  overdue: { provider: ProviderId; status: UnfinishedStatus; by: Age; count: number }[];
  /** What was ended from outside in the last day: nobody attends to it any more. */
  cutOff: { payments: { provider: ProviderId; count: number }[]; refunds: number; events: number };
  refunds: { status: (typeof OPEN_REFUND_STATUSES)[number]; count: Count }[];
  /** Payments with events that their backend does not take. */
  events: Count;
}

type Counting = (query: string) => Promise<number>;

/**
 * Counts by visibility queries alone: no worker is needed, and no payload is read.
 * @throws ServiceError when Temporal is out of reach or does not know our search attributes
 */
export async function countOpenWork(counting: Counting, now: number): Promise<OpenWork> {
  const since = now - CUT_OFF_TOLD_MS;
  const [payments, late, paymentsCut, refundsCut, eventsCut, refunds, events] = await Promise.all([
    Promise.all(
      UNFINISHED_STATUSES.map(async (status) =>
        (await perProvider(openPayments(status), counting)).map((one) => ({ ...one, status })),
      ),
    ),
    Promise.all(
      OVERDUE.map(async ({ status, by }) =>
        (await perProvider(overdue(status, now - AGES[by]), counting)).map((one) => ({ ...one, status, by })),
      ),
    ),
    perProvider(cutOff(PAYMENTS, since), counting),
    counting(cutOff(REFUNDS, since)),
    counting(cutOff(EVENTS, since)),
    Promise.all(
      OPEN_REFUND_STATUSES.map(async (status) => {
        const query = `${REFUNDS} AND ${RUNNING} AND ${STATUS} = '${status}'`;
        return { status, count: await counted(query, ['3d'], counting, now) };
      }),
    ),
    counted(`${EVENTS} AND ${RUNNING}`, ['15m', '1d'], counting, now),
  ]);
  return {
    payments: payments.flat(),
    overdue: late.flat(),
    cutOff: { payments: paymentsCut, refunds: refundsCut, events: eventsCut },
    refunds,
    events,
  };
}

const STATUS = SEARCH_ATTRIBUTES.status.name;
const RUNNING = `ExecutionStatus = 'Running'`;
const PAYMENT_TYPES = [...Object.values(WORKFLOW_TYPES), LATE_WORKFLOW].map((type) => `'${type}'`).join(', ');
const PAYMENTS = `WorkflowType IN (${PAYMENT_TYPES})`;
const REFUNDS = `WorkflowType = '${REFUNDS_WORKFLOW}'`;
const EVENTS = `WorkflowType = '${EVENTS_WORKFLOW}'`;

function openPayments(status: UnfinishedStatus): string {
  return `${PAYMENTS} AND ${RUNNING} AND ${STATUS} = '${status}'`;
}

function overdue(status: UnfinishedStatus, expiredBefore: number): string {
  return `${openPayments(status)} AND ${SEARCH_ATTRIBUTES.expiresAt.name} < '${timeOf(expiredBefore)}'`;
}

function cutOff(workflows: string, since: number): string {
  const ends = `ExecutionStatus IN ('Failed', 'Canceled', 'Terminated', 'TimedOut')`;
  return `${workflows} AND ${ends} AND CloseTime > '${timeOf(since)}'`;
}

/** One query where there are none at all, which is how it should be for most of what is counted here. */
async function perProvider(query: string, counting: Counting) {
  const total = await counting(query);
  return Promise.all(
    PROVIDERS.map(async (provider) => ({
      provider,
      count: total === 0 ? 0 : await counting(of(query, provider)),
    })),
  );
}

async function counted(query: string, ages: readonly Age[], counting: Counting, now: number): Promise<Count> {
  const all = await counting(query);
  return { all, older: all === 0 ? none(ages) : await olderThan(query, ages, counting, now) };
}

async function olderThan(query: string, ages: readonly Age[], counting: Counting, now: number) {
  const counts = await Promise.all(
    ages.map(async (age) => [age, await counting(`${query} AND StartTime < '${timeOf(now - AGES[age])}'`)]),
  );
  return Object.fromEntries(counts) as Partial<Record<Age, number>>;
}

function none(ages: readonly Age[]): Partial<Record<Age, number>> {
  return Object.fromEntries(ages.map((age) => [age, 0]));
}

function of(query: string, provider: ProviderId): string {
  return `${query} AND ${SEARCH_ATTRIBUTES.provider.name} = '${provider}'`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** A task queue, as the server knows it. */
export interface QueueState {
  queue: string;
  kind: QueueKind;
  /** Workers that have asked it for work lately. */
  pollers: number;
  /** Tasks that wait for a worker, about, and how long the oldest has waited. */
  waiting: number;
  oldestSeconds: number;
}

type QueueKind = 'workflow' | 'activity';

/** `temporal.api.enums.v1.TaskQueueType` */
const QUEUE_TYPES: Readonly<Record<QueueKind, number>> = { workflow: 1, activity: 2 };
/** The queues that workers have to serve. */
const QUEUES: readonly { queue: string; kind: QueueKind }[] = [
  { queue: TASK_QUEUE, kind: 'workflow' },
  { queue: TASK_QUEUE, kind: 'activity' },
  { queue: EVENTS_QUEUE, kind: 'activity' },
  ...PROVIDERS.map((provider) => ({ queue: providerQueue(provider), kind: 'activity' as const })),
];
/** A worker's question is held for a minute; the server remembers who asked for five. */
const LATELY_MS = 90_000;

export function readQueues({ client }: TemporalCalls, now: number): Promise<QueueState[]> {
  return Promise.all(
    QUEUES.map(async ({ queue, kind }) => {
      const { pollers, stats } = await client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: queue },
        taskQueueType: QUEUE_TYPES[kind],
        reportStats: true,
      });
      const lately = (pollers ?? []).filter(
        ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 > now - LATELY_MS,
      );
      return {
        queue,
        kind,
        pollers: lately.length,
        waiting: Number(stats?.approximateBacklogCount ?? 0),
        oldestSeconds: Number(stats?.approximateBacklogAge?.seconds ?? 0),
      };
    }),
  );
}
