import { METADATA_ENCODING_KEY } from '@temporalio/common';
import { historyToJSON, JSONToPayload, type JSONPayload } from '@temporalio/common/lib/proto-utils';
import {
  DefaultLogger,
  makeTelemetryFilterString,
  type ReplayResult,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { REVIEW_REASONS } from '../../src/domain/payment';
import { PAYMENT_STATUSES } from '../../src/domain/status';
import { dataConverter } from '../../src/temporal/data-converter';
import { EXPECTED_HISTORIES, POS } from './expected-histories';
import {
  paymentsShownBy,
  RECORDING_KEYS,
  type RecordedHistory,
  recordedHistories,
  recordedHistory,
  recordedNames,
} from './recorded-histories';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});

/** Runs the workflows of that file over histories; answers those that took another way than then. */
async function brokenBy(
  workflowsPath: string,
  histories: readonly RecordedHistory[],
): Promise<ReplayResult[]> {
  const replays = Worker.runReplayHistories(
    { workflowsPath, dataConverter: dataConverter(RECORDING_KEYS) },
    histories.map(({ name, history }) => ({ workflowId: name, history })),
  );
  const results: ReplayResult[] = [];
  for await (const result of replays) results.push(result);
  expect(results).toHaveLength(histories.length);
  return results.filter(({ error }) => error);
}

const current = require.resolve('../../src/workflows');

test('every recorded history still replays', async () => {
  const broken = await brokenBy(current, recordedHistories());
  expect(broken.map(({ workflowId, error }) => `${workflowId}: ${error?.message}`)).toEqual([]);
}, 60_000);

describe.each(['asks-before-opening', 'charges-before-asking'])('a story that %s', (story) => {
  test.each([
    'succeeded-by-webhook',
    'succeeded-by-look-up',
    'expired-nobody-acted',
    'cancelled-before-grant',
  ])(
    'does not replay %s',
    async (outcome) => {
      const broken = await brokenBy(require.resolve(`./broken-order/${story}`), [
        recordedHistory(POS + outcome),
      ]);
      expect(broken).toEqual([
        expect.objectContaining({ workflowId: POS + outcome, error: expect.any(DeterminismViolationError) }),
      ]);
    },
    60_000,
  );
});

test('every outcome is recorded, and nothing else', () => {
  expect(recordedNames()).toEqual([...EXPECTED_HISTORIES].sort());
});

describe('the histories of DropPay POS', () => {
  const shown = async () => {
    const histories = recordedHistories().filter(({ name }) => name.startsWith(POS));
    return (await Promise.all(histories.map(({ history }) => paymentsShownBy(history)))).flat();
  };

  test('show every status, but the one that only other providers have', async () => {
    const statuses = new Set((await shown()).map(({ status }) => status));
    expect(PAYMENT_STATUSES.filter((status) => !statuses.has(status))).toEqual(['requires_confirmation']);
  });

  test('show every reason for a review', async () => {
    const reasons = new Set((await shown()).map(({ review }) => review?.reason));
    expect(REVIEW_REASONS.filter((reason) => !reasons.has(reason))).toEqual([]);
  });

  test('end with every status that a payment can end with', async () => {
    const histories = recordedHistories().filter(({ name }) => name.startsWith(POS));
    const last = await Promise.all(
      histories.map(async ({ history }) => (await paymentsShownBy(history)).at(-1)),
    );
    const ends = new Set(last.map((payment) => payment?.status));
    expect([...ends].sort()).toEqual(['cancelled', 'expired', 'failed', 'needs_review', 'succeeded']);
  });
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
}, 60_000);

/** Every payload of a history in JSON, wherever it is, outside search attributes. */
function payloadsIn(value: unknown): JSONPayload[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('metadata' in value && typeof value.metadata === 'object') return [value as JSONPayload];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'searchAttributes' ? [] : payloadsIn(inner),
  );
}
