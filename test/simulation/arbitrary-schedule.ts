import fc from 'fast-check';
import { capabilitiesOf } from '../../src/providers/capabilities';
import type { ProviderId } from '../../src/domain/payment';
import { underTest } from '../companies/index';
import type { Act, CallbackFate, CallKind, Fault, Outage, Schedule } from './schedule';

const HOUR = 3_600;
/** Later than this nobody does anything: what comes after all watching is over cannot be found. */
const LAST_ACT = 40 * HOUR;

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('ok') },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'unavailable',
      'rate_limited',
      'not_sent',
      'lost_without_effect',
      'lost_with_effect',
      'lost_with_late_effect',
      'lost_with_late_effect',
      'dies_without_effect',
      'dies_with_effect',
      'dies_with_late_effect',
      'dies_with_late_effect',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('refused', 'unclear', 'lying_amount') },
);

const harmless: fc.Arbitrary<Fault> = fc.constantFrom(
  'ok',
  'unavailable',
  'lost_with_effect',
  'dies_without_effect',
  'dies_with_effect',
);

const KINDS: CallKind[] = ['open', 'read', 'stop', 'take', 'refund', 'read_refund'];

const faults: fc.Arbitrary<Schedule['faults']> = fc
  .tuple(
    fc.record(
      // The first call that moves money is the one that matters.
      Object.fromEntries(
        KINDS.map((kind) => [kind, fc.array(fault, { minLength: kind === 'take' ? 1 : 0, maxLength: 5 })]),
      ) as Record<CallKind, fc.Arbitrary<Fault[]>>,
      { requiredKeys: [] },
    ),
    fc.array(harmless, { maxLength: 4 }),
    fc.array(harmless, { maxLength: 2 }),
  )
  .map(([calls, tell, handOver]) => ({ ...calls, tell, hand_over: handOver }));

/** Seconds: mostly while somebody waits, sometimes around the expiry, sometimes much later. */
function moments(expiresInSeconds: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 120_000 }).map((ms) => ms / 1_000) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: expiresInSeconds * 2 }) },
    {
      weight: 2,
      arbitrary: fc
        .integer({ min: -20_000, max: 20_000 })
        .map((ms) => Math.max(expiresInSeconds + ms / 1_000, 0)),
    },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: LAST_ACT }) },
  );
}

const decision = fc.constantFrom('succeeded', 'failed', 'refund' as const);
const refundAct: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('refund' as const),
  key: fc.nat({ max: 3 }),
  amount: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 1_500 })),
  answerLost: fc.boolean(),
});

function acts(provider: ProviderId): fc.Arbitrary<Act> {
  const plain = (...names: Exclude<Act['do'], 'create' | 'refund' | 'resolve' | 'resolve_refund'>[]) =>
    fc.constantFrom(...names).map((name): Act => ({ do: name }));
  const { confirm, refund, seesRefunds } = capabilitiesOf(provider);
  return fc.oneof(
    { weight: 3, arbitrary: plain('approve') },
    { weight: 1, arbitrary: plain('decline', 'withdraw') },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('create' as const), answerLost: fc.boolean() }) },
    { weight: 2, arbitrary: plain('come_back', 'stray_callback', 'recheck', 'read', 'read_refunds') },
    { weight: 2, arbitrary: plain('cancel', 'cancel', 'cancel_in_ui') },
    ...(confirm ? [{ weight: 3, arbitrary: plain('confirm') }] : []),
    ...(refund !== 'none' ? [{ weight: 3, arbitrary: refundAct }] : []),
    ...(seesRefunds
      ? [{ weight: 2, arbitrary: plain('dashboard_refund', 'dashboard_refund_turned_down') }]
      : []),
    { weight: 1, arbitrary: decision.map((one): Act => ({ do: 'resolve', decision: one })) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('succeeded', 'failed' as const)
        .map((one): Act => ({ do: 'resolve_refund', decision: one })),
    },
  );
}

/** Several refunds within some milliseconds, some under the same key. */
function bursts(at: fc.Arbitrary<number>): fc.Arbitrary<Schedule['acts']> {
  const one = fc.record({ afterMs: fc.nat({ max: 40 }), act: refundAct });
  const moment = fc.oneof(fc.integer({ min: 60, max: 600 }), at);
  return fc
    .array(fc.record({ from: moment, all: fc.array(one, { minLength: 1, maxLength: 4 }) }), { maxLength: 2 })
    .map((all) =>
      all.flatMap(({ from, all }) => all.map(({ afterMs, act }) => ({ at: from + afterMs / 1_000, act }))),
    );
}

function outages(longest: number): fc.Arbitrary<Outage[]> {
  return fc.array(
    fc.record({
      what: fc.constantFrom('all', 'calls' as const),
      from: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 * HOUR })),
      seconds: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 1, max: 120 }) },
        { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 * HOUR }) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: longest }) },
      ),
    }),
    { maxLength: 2 },
  );
}

const callbacks: fc.Arbitrary<CallbackFate[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('ok', 'at_once', 'lost', 'twice', 'late' as const) },
    { weight: 1, arbitrary: fc.constant('lying_amount' as const) },
  ),
  { maxLength: 6 },
);

/** Everything that may happen to one payment of the provider. */
export function schedulesOf(provider: ProviderId): fc.Arbitrary<Schedule> {
  const { usual: whatIsUsual, expiresInSeconds: life = { min: 60, max: HOUR } } =
    underTest(provider).simulation;
  return fc.integer(life).chain((expiresInSeconds) => {
    const at = moments(expiresInSeconds);
    const early = fc.oneof(
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 50 }) },
      { weight: 1, arbitrary: at },
    );
    const usual = fc.tuple(...whatIsUsual.map((act) => fc.record({ at: early, act: fc.constant(act) })));
    const refunds = capabilitiesOf(provider).refund === 'none' ? fc.constant([]) : bursts(at);
    const others = fc.array(fc.record({ at, act: acts(provider) }), { maxLength: 8 });
    return fc.record({
      provider: fc.constant(provider),
      amount: fc.constantFrom(1_250, 1, 990),
      expiresInSeconds: fc.constant(expiresInSeconds),
      seed: fc.nat(),
      acts: fc
        .tuple(
          fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: fc.constant([]) }),
          others,
          refunds,
        )
        .map(([first, more, back]) => [...first, ...more, ...back]),
      faults,
      callbacks,
      bank: fc.constantFrom('at_once', 'at_once', 'at_once', 'slowly', 'asks_payer', 'declines' as const),
      guardsRepeats: fc.boolean(),
      workersDown: outages(60 * HOUR),
      temporalDown: fc.array(
        fc.record({ from: fc.integer({ min: 1, max: HOUR }), seconds: fc.integer({ min: 1, max: 300 }) }),
        { maxLength: 1 },
      ),
      backendDown: fc.array(
        fc.record({
          from: fc.integer({ min: 0, max: HOUR }),
          seconds: fc.integer({ min: 1, max: 2 * HOUR }),
        }),
        { maxLength: 1 },
      ),
      replayBefore: fc.uniqueArray(fc.integer({ min: 2, max: 60 }), { maxLength: 3 }),
      continueAsNewAt: fc.uniqueArray(fc.integer({ min: 2, max: 80 }), { maxLength: 2 }),
      forgetsUpdates: fc.boolean(),
      person: fc.array(decision, { maxLength: 2 }),
    });
  });
}
