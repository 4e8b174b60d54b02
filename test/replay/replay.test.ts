import { METADATA_ENCODING_KEY } from '@temporalio/common';
import { historyToJSON, JSONToPayload, type JSONPayload } from '@temporalio/common/lib/proto-utils';
import { DeterminismViolationError } from '@temporalio/workflow';
import {
  FAILURE_CODES,
  type FailureCode,
  type Payment,
  type ProviderId,
  PROVIDERS,
  REVIEW_REASONS,
} from '../../src/domain/payment';
import { REFUND_STATUSES } from '../../src/domain/refund';
import type { PaymentStatus } from '../../src/domain/status';
import { EVENTS, EXPECTED_HISTORIES, LATE, REFUNDS } from './expected-histories';
import {
  activitiesOf,
  paymentsShownBy,
  type RecordedHistory,
  recordedHistories,
  recordedHistory,
  recordedNames,
  refundsShownBy,
} from './recorded-histories';
import { brokenBy } from './replaying';

const current = require.resolve('../../src/workflows');

test('every recorded history still replays', async () => {
  const broken = await brokenBy(current, recordedHistories());
  expect(broken.map(({ workflowId, error }) => `${workflowId}: ${error?.message}`)).toEqual([]);
});

const everyStory = (outcomes: Partial<Record<ProviderId, readonly string[]>>) =>
  Object.entries(outcomes).flatMap(([provider, names]) => names.map((name) => `${provider}.${name}`));

describe('a change of the order of commands is noticed', () => {
  test.each([
    [
      'asks-before-opening',
      everyStory({
        'droppay-pos': [
          'succeeded-by-webhook',
          'succeeded-by-look-up',
          'expired-nobody-acted',
          'cancelled-before-grant',
        ],
        'droppay-acquirer': [
          'succeeded-when-confirmed',
          'expired-nobody-confirmed',
          'cancelled-before-confirmed',
        ],
        payermax: ['succeeded-when-confirmed', 'expired-nobody-confirmed', 'cancelled-before-confirmed'],
        pomelo: ['succeeded-by-webhook', 'succeeded-by-look-up', 'expired-nobody-paid'],
        etpay: ['succeeded-by-webhook', 'succeeded-by-look-up', 'failed-as-signed'],
      }),
    ],
    [
      'charges-before-asking',
      everyStory({
        'droppay-pos': [
          'succeeded-by-webhook',
          'succeeded-by-look-up',
          'expired-nobody-acted',
          'cancelled-before-grant',
        ],
        'droppay-acquirer': [
          'succeeded-when-confirmed',
          'succeeded-by-look-up',
          'expired-nobody-confirmed',
          'cancelled-before-confirmed',
        ],
        payermax: [
          'succeeded-when-confirmed',
          'succeeded-after-one-more-step',
          'expired-nobody-confirmed',
          'cancelled-before-confirmed',
        ],
      }),
    ],
    [
      'acts-at-once',
      [
        `${LATE}still-expired`,
        `${LATE}already-succeeded`,
        `${EVENTS}taken-at-the-next-try`,
        `${EVENTS}gone-while-others-waited`,
        `${REFUNDS}asked-for-again`,
        `${REFUNDS}pending-then-failed`,
      ],
    ],
  ])('%s', async (broken, names) => {
    const results = await brokenBy(require.resolve(`./broken-order/${broken}`), names.map(recordedHistory));
    expect(results).toHaveLength(names.length);
    for (const { workflowId, error } of results) {
      expect([workflowId, error]).toEqual([workflowId, expect.any(DeterminismViolationError)]);
    }
  });
});

test('every outcome is recorded, and nothing else', () => {
  expect(recordedNames()).toEqual([...EXPECTED_HISTORIES].sort());
});

const ENDS = ['cancelled', 'expired', 'failed', 'needs_review', 'succeeded'] as const;
const NOT_CANCELLABLE = ENDS.filter((status) => status !== 'cancelled');
const FAILURES = ['declined', 'provider_refused_request', 'resolved_as_failed'] as const;

/** What the payments of a provider can show, and what its story calls. */
interface Extent {
  during: readonly PaymentStatus[];
  ends: readonly PaymentStatus[];
  failures: readonly FailureCode[];
  calls: readonly string[];
}

describe.each<[ProviderId, Extent]>([
  [
    'droppay-pos',
    {
      during: ['processing', 'requires_action'],
      ends: ENDS,
      failures: FAILURE_CODES,
      calls: [
        'dropPayCreateAuthorization',
        'dropPayGetAuthorization',
        'dropPayCancelAuthorization',
        'dropPayCharge',
        'dropPayRefund',
      ],
    },
  ],
  [
    'droppay-acquirer',
    {
      during: ['processing', 'requires_action', 'requires_confirmation'],
      ends: ENDS,
      failures: [...FAILURES, 'payer_refused'],
      calls: [
        'dropPayCreateAcquirerAuthorization',
        'dropPayGetAcquirerAuthorization',
        'dropPayCancelAcquirerAuthorization',
        'dropPayGrantAuthorization',
      ],
    },
  ],
  [
    'payermax',
    {
      during: ['processing', 'requires_action'],
      ends: ENDS,
      failures: [...FAILURES, 'refunded_after_review'],
      calls: [
        'payerMaxApplySession',
        'payerMaxOrderAndPay',
        'payerMaxOrderQuery',
        'payerMaxRefund',
        'payerMaxRefundQuery',
      ],
    },
  ],
  [
    'pomelo',
    {
      during: ['processing', 'requires_action'],
      ends: NOT_CANCELLABLE,
      failures: [...FAILURES, 'payer_refused'],
      calls: ['pomeloCreateTransaction', 'pomeloGetTransaction', 'handOverRefunds'],
    },
  ],
  [
    'etpay',
    {
      during: ['processing', 'requires_action'],
      ends: NOT_CANCELLABLE,
      failures: FAILURES,
      calls: ['etPayInitializeSession', 'etPayCheckStatus'],
    },
  ],
])('the histories of %s', (provider, { during, ends, failures, calls }) => {
  const histories = historiesOf(`${provider}.`);
  let shown: Payment[][];
  beforeAll(async () => {
    shown = await Promise.all(histories.map(paymentsShownBy));
  });

  test('show every status that such a payment can have', () => {
    expect(distinct(shown.flat().map(({ status }) => status))).toEqual([...during, ...ends].sort());
  });

  test('end with every status that such a payment can end with', () => {
    expect(distinct(shown.map((payments) => payments.at(-1)?.status))).toEqual([...ends].sort());
  });

  test('show every reason for a review', () => {
    expect(distinct(shown.flat().map(({ review }) => review?.reason))).toEqual([...REVIEW_REASONS].sort());
  });

  test('show every code of a failure that such a payment can have', () => {
    expect(distinct(shown.flat().map(({ failure }) => failure?.code))).toEqual([...failures].sort());
  });

  test('hold every call that its story can make', () => {
    expect(distinct(histories.flatMap(activitiesOf))).toEqual([...calls, 'deliverEvent'].sort());
  });
});

test('the histories of late payments show every provider and every end of a review', async () => {
  const shown = await Promise.all(historiesOf(LATE).map(paymentsShownBy));
  const reviewed = shown.filter((payments) => payments.some(({ status }) => status === 'needs_review'));
  expect(distinct(reviewed.flat().map(({ provider }) => provider))).toEqual([...PROVIDERS].sort());
  expect(distinct(reviewed.map((payments) => payments.at(-1)?.status))).toEqual(['failed', 'succeeded']);
  expect(distinct(shown.map((payments) => payments.at(-1)?.status))).toEqual(
    ENDS.filter((status) => status !== 'needs_review'),
  );
  expect(distinct(shown.flat().map(({ failure }) => failure?.code))).toEqual([
    'refunded_after_review',
    'resolved_as_failed',
  ]);
});

test('the histories of refunds show every status and every code of a failure', async () => {
  const refunds = (await Promise.all(historiesOf(REFUNDS).map(refundsShownBy))).flat(2);
  expect(distinct(refunds.map(({ status }) => status))).toEqual([...REFUND_STATUSES].sort());
  const codes = distinct(refunds.map(({ failure }) => failure?.code));
  expect(codes).toEqual(['declined', 'not_sent', 'resolved_as_failed']);
});

test('no payload of any history is readable, search attributes aside', () => {
  const encodings = recordedHistories().flatMap(({ name, history }) =>
    payloadsIn(JSON.parse(historyToJSON(history)))
      .map((payload) =>
        Buffer.from(JSONToPayload(payload).metadata?.[METADATA_ENCODING_KEY] ?? []).toString(),
      )
      .map((encoding) => `${name}: ${encoding}`),
  );
  expect(encodings.length).toBeGreaterThan(1_000);
  expect(encodings.filter((encoding) => !encoding.endsWith(': binary/encrypted'))).toEqual([]);
});

/** Every payload of a history in JSON, wherever it is, outside search attributes and the SDK's own marks of `patched()`. */
function payloadsIn(value: unknown): JSONPayload[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('markerName' in value && value.markerName === 'core_patch') return [];
  if ('metadata' in value && typeof value.metadata === 'object') return [value as JSONPayload];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'searchAttributes' ? [] : payloadsIn(inner),
  );
}

function historiesOf(prefix: string): RecordedHistory['history'][] {
  const names = recordedNames().filter((name) => name.startsWith(prefix));
  return names.map((name) => recordedHistory(name).history);
}

/** What there is, each once, sorted; that there is nothing is left out. */
function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values)].filter((value) => value !== undefined).sort();
}
