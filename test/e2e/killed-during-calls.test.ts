import type { Payment } from '../../src/domain/payment';
import { matchOf, orderOf, PROVIDERS_UNDER_TEST } from '../companies/index';
import type { ProviderUnderTest, Stage } from '../companies/provider-under-test';
import { eventually } from '../support/eventually';
import { CALL_TIMEOUT_MS } from '../../src/providers/http';
import { Shop } from './shop';

type Call = keyof ProviderUnderTest['calls'];
/** Whether the provider carries the call out before its answer is lost, or never gets to it. */
type Apply = 'before' | 'never';

interface Case {
  provider: ProviderUnderTest;
  call: Call;
  apply: Apply;
  key: ReturnType<Shop['newKey']>;
}

/** How a case has to end. */
interface Expected {
  status: Payment['status'];
  charges: number;
  refunds: number;
  /** Of the refund, where one was asked for. */
  refund?: string;
}

interface CallRecord {
  at: string;
  answer: unknown;
  fault: unknown;
}

interface Books {
  charges: { amountMinor: number }[];
  refunds: { amountMinor: number; status?: string }[];
}

const PAID: Expected = { status: 'succeeded', charges: 1, refunds: 0 };
/** Who cannot be asked about a refund leaves it to a person to tell how it ended. */
const REFUND_FOR_A_PERSON = { ...PAID, refund: 'needs_review' };

/**
 * What never reached the provider stays in doubt for longer than a test may last: until the order can no longer appear
 * (PayerMax) or the grant be charged (DropPay, 4 minutes). Stories tell in skipped time how that ends; here it must be
 * seen to be asked about and never sent again.
 */
const EXPECTED: Record<Call, Record<Apply, (provider: ProviderUnderTest) => Expected>> = {
  open: { before: () => PAID, never: () => PAID },
  read: { before: () => PAID, never: () => PAID },
  take: { before: () => PAID, never: () => ({ status: 'processing', charges: 0, refunds: 0 }) },
  stop: {
    before: () => ({ status: 'cancelled', charges: 0, refunds: 0 }),
    never: () => ({ status: 'cancelled', charges: 0, refunds: 0 }),
  },
  refund: {
    before: ({ readRefund }) =>
      readRefund === undefined
        ? { ...REFUND_FOR_A_PERSON, refunds: 1 }
        : { ...PAID, refunds: 1, refund: 'succeeded' },
    never: ({ readRefund }) =>
      readRefund === undefined ? REFUND_FOR_A_PERSON : { ...PAID, refund: 'processing' },
  },
};

const PREPARED_BY: Record<Call, 'nothing' | 'opening' | 'paying'> = {
  open: 'nothing',
  read: 'opening',
  take: 'opening',
  stop: 'opening',
  refund: 'paying',
};

const NAMES = { before: 'after applying', never: 'before applying' } as const;

describe('worker killed during each call', () => {
  let shop: Shop;
  let stage: Stage;
  let killedAt: number;
  const cases: Case[] = [];
  const inFlight = new Map<Case, CallRecord>();
  const finished = new Map<Case, Promise<unknown>>();

  beforeAll(async () => {
    shop = await Shop.open();
    stage = { api: shop.api, control: (method, path, body) => shop.sandbox.call(method, path, body) };
    for (const each of cases) each.key = shop.newKey();
    await Promise.all(cases.map(prepare));
    await Promise.all(cases.map(hang));
    for (const each of cases) void trigger(each).catch(() => undefined);
    for (const each of cases) inFlight.set(each, await untilInFlight(each));
    killedAt = Date.now();
    await shop.system.kill('worker');
    await shop.system.start('worker');
    for (const each of cases) {
      const end = finish(each);
      end.catch(() => undefined);
      finished.set(each, end);
    }
  });
  afterAll(() => shop?.close());

  /** Where the taking call reads on its own, the look-up is meant. */
  const isAskedOnly = ({ provider, call }: Case) => call === 'read' && provider.takingReads;
  const nameOf = ({ provider, call }: Case) => provider.calls[call] ?? '';
  const order = ({ provider, key }: Case) => {
    // Neither a connection that gives up a call soon, nor an expiry that comes while the worker is away.
    const { connection: _, expiresInSeconds: __, ...rest } = orderOf(provider, key.reference);
    return rest;
  };

  /** Everything up to the moment before the call. */
  async function prepare(each: Case): Promise<void> {
    const { provider, key } = each;
    if (PREPARED_BY[each.call] === 'nothing') return;
    const payment = await shop.api.create(order(each), key.key);
    if (PREPARED_BY[each.call] === 'opening') return;
    await provider.pay(stage, payment);
    await shop.until(key.id, ['succeeded'], 60_000);
  }

  const hang = (each: Case) => {
    const match = matchOf(each.provider, nameOf(each), each.key.reference);
    const fault = { call: nameOf(each), kind: 'hang', apply: each.apply, match };
    return shop.sandbox.call('POST', `/${each.provider.company}/faults`, fault);
  };

  /** Makes the worker send the call. */
  async function trigger(each: Case): Promise<unknown> {
    const { provider, key } = each;
    if (each.call === 'open') return shop.api.create(order(each), key.key);
    if (each.call === 'stop') return shop.api.cancel(key.id);
    if (each.call === 'refund') return shop.api.refund(key.id, {}, `${key.key}-refund`);
    if (isAskedOnly(each)) return shop.api.recheck(key.id);
    return provider.pay(stage, await shop.api.get(key.id));
  }

  async function callRecords({ provider, key }: Case, call: string): Promise<CallRecord[]> {
    const query = new URLSearchParams({ call, ...matchOf(provider, call, key.reference) });
    const path = `/${provider.company}/calls?${query.toString()}`;
    return (await shop.sandbox.call<{ calls: CallRecord[] }>('GET', path)).calls;
  }

  async function untilInFlight(each: Case): Promise<CallRecord> {
    const hanging = (records: CallRecord[]) => records.filter(({ fault }) => fault !== null);
    const records = await eventually(
      async () => hanging(await callRecords(each, nameOf(each))),
      (found) => found.length === 1,
    );
    return records[0] as CallRecord;
  }

  /** Goes on with the payment as its payer and backend would, until it has ended or can only be waited for. */
  async function finish(each: Case): Promise<unknown> {
    const { provider, call, apply, key } = each;
    if (call === 'stop') return shop.until(key.id, ['cancelled'], 120_000);
    if (call === 'refund') return refundSettled(each);
    if (call === 'take' && apply === 'never') return inDoubt(each);
    if (call === 'open' || isAskedOnly(each)) {
      if (isAskedOnly(each)) await answeredAgain(each);
      await provider.pay(
        stage,
        await shop.until(key.id, ['requires_action', 'requires_confirmation'], 120_000),
      );
    }
    return shop.until(key.id, ['succeeded'], 120_000);
  }

  const answeredAgain = (each: Case) =>
    eventually(
      () => callRecords(each, nameOf(each)),
      (records) => records.some(({ answer }) => answer !== 'none'),
      120_000,
    );

  async function inDoubt({ key }: Case): Promise<void> {
    await eventually(
      () => shop.api.timeline(key.id),
      ({ data }) => data.some(({ type }) => type === 'outcome_unknown'),
      120_000,
    );
    await shop.api.recheck(key.id);
  }

  async function refundSettled(each: Case): Promise<void> {
    const { status } = refundExpected(each);
    await eventually(
      () => shop.api.refunds(each.key.id),
      ({ data }) => data[0]?.status === status,
      120_000,
    );
    if (status !== 'processing') return;
    await eventually(
      () => callRecords(each, each.provider.readRefund ?? ''),
      (records) => records.length > 0,
      120_000,
    );
  }

  const refundExpected = ({ provider, call, apply }: Case) => ({
    status: EXPECTED[call][apply](provider).refund,
  });

  async function check(each: Case): Promise<void> {
    await finished.get(each);
    const { provider, call, apply, key } = each;
    // Whoever had given up would have been at something else when the worker died.
    expect(killedAt - Date.parse(inFlight.get(each)?.at ?? '')).toBeLessThan(CALL_TIMEOUT_MS);
    const expected = EXPECTED[call][apply](provider);
    const payment = await shop.api.get(key.id);
    const books = await shop.sandbox.call<Books>(
      'GET',
      `/${provider.company}/ledger?reference=${key.reference}`,
    );
    const amounts = (count: number) =>
      Array.from(
        { length: count },
        () => expect.objectContaining({ amountMinor: payment.amount }) as unknown,
      );
    expect({ status: payment.status, ...books }).toMatchObject({
      status: expected.status,
      charges: amounts(expected.charges),
      refunds: amounts(expected.refunds),
    });
    expect(payment.amountReceived).toBe(expected.charges * payment.amount);
    const { take, refund } = provider.calls;
    const sent = async (name: string) => (await callRecords(each, name)).length;
    if (take) expect(await sent(take)).toBe(call === 'stop' ? 0 : 1);
    if (call !== 'refund' || !refund) return;
    expect(await sent(refund)).toBe(1);
    expect((await shop.api.refunds(key.id)).data.map(({ status }) => status)).toEqual([expected.refund]);
    expect(payment.amountRefunded).toBe(expected.refund === 'succeeded' ? payment.amount : 0);
  }

  for (const provider of PROVIDERS_UNDER_TEST) {
    describe(provider.provider, () => {
      for (const call of Object.keys(provider.calls) as Call[]) {
        for (const apply of call === 'read' ? (['never'] as const) : (['before', 'never'] as const)) {
          const each: Case = { provider, call, apply, key: { key: '', id: '', reference: '' } };
          cases.push(each);
          const when = call === 'read' ? '' : ` ${NAMES[apply]}`;
          it(`${call}: worker killed${when}`, () => check(each));
        }
      }
    });
  }
});
