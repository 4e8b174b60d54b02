import type { Payment } from '../../src/domain/payment';
import { eventually } from '../support/eventually';
import { matchOf, orderOf } from '../companies/index';
import type { Lie, LieEnd } from '../companies/lie';
import type { ProviderUnderTest } from '../companies/provider-under-test';
import { type Books, World } from './world';

type Key = ReturnType<World['newKey']>;
type Step = keyof ProviderUnderTest['calls'];

interface Fault {
  name: string;
  order: Record<string, unknown>;
}

/** What can go wrong on the way, with the effect of the call before the fault strikes, or never. */
function faults(apply: 'before' | 'never'): Fault[] {
  const kinds: Record<string, unknown>[] = [
    { kind: 'status', status: 500 },
    { kind: 'hang', ms: 30_000 },
    { kind: 'reset' },
    { kind: 'garbage' },
  ];
  return kinds.map((kind) => ({
    name: `${kind['kind'] === 'status' ? 'status 500' : String(kind['kind'])} ${apply === 'before' ? 'after applying' : 'before applying'}`,
    order: { ...kind, apply },
  }));
}

const NOT_NOW: Fault = {
  name: 'status 429 with a delay',
  order: { kind: 'status', status: 429, headers: { 'retry-after': '1' }, apply: 'never' },
};
const WRONG_TYPE: Fault = { name: 'wrong content type', order: { kind: 'wrong_content_type' } };

/** Of payments that are to run out by our own clock: the API's minimum is too long for a test. */
const SHORT_LIFE_MS = 3_000;

let shared: Promise<World> | undefined;
/** Concurrent cases begin before `beforeAll` has ended: whoever comes first starts the world. */
const theWorld = (): Promise<World> => (shared ??= World.start());

/** The suite that every provider passes: the payment and the provider's books must agree, with one charge at most. */
export function conformance(provider: ProviderUnderTest): void {
  afterAll(async () => {
    await (await shared?.catch(() => undefined))?.stop();
  });

  const { company, calls } = provider;
  const { lies, skips = {}, settlesSoon, unreadableMeansPaid, ...acts } = provider.conformance;
  const order = (key: { reference: string }) => orderOf(provider, key.reference);

  function check(name: string, run: (world: World) => Promise<void>): void {
    const reason = (skips as Record<string, string>)[name];
    if (reason) it.skip(`${name} — skipped: ${reason}`, () => undefined);
    else it.concurrent(name, async () => run(await theWorld()));
  }

  const books = (world: World, reference: string) =>
    world.control<Books>('GET', `/${company}/ledger?reference=${reference}`);

  /** The promise itself. */
  async function agree(world: World, id: string, reference: string): Promise<Payment> {
    const payment = await world.api.get(id);
    const { charges } = await books(world, reference);
    const what = `${payment.status} with ${charges.length} charge(s)`;
    expect(charges.length).toBeLessThanOrEqual(1);
    if (payment.status === 'succeeded')
      expect([what, charges]).toEqual([what, [expect.objectContaining({ amountMinor: payment.amount })]]);
    if (['failed', 'expired', 'cancelled'].includes(payment.status))
      expect([what, charges]).toEqual([what, []]);
    return payment;
  }

  const fault = (world: World, call: string, reference: string, order: Record<string, unknown>) =>
    world.control('POST', `/${company}/faults`, {
      call,
      ...order,
      match: matchOf(provider, call, reference),
    });
  const callsMade = async (world: World, call: string, reference: string) => {
    const query = new URLSearchParams({ call, ...matchOf(provider, call, reference) });
    const path = `/${company}/calls?${query.toString()}`;
    return (await world.control<{ calls: { fault: unknown; answer: unknown }[] }>('GET', path)).calls;
  };
  const callCount = async (world: World, call: string, reference: string) =>
    (await callsMade(world, call, reference)).length;
  const webhooks = (world: World, reference: string, rule: Record<string, unknown>) =>
    world.control('POST', `/${company}/webhooks/rules`, { ...rule, match: { reference } });

  async function paidOnce(world: World, key: Key): Promise<Payment> {
    await world.until(key.id, ['succeeded']);
    const payment = await agree(world, key.id, key.reference);
    expect(payment).toMatchObject({
      status: 'succeeded',
      amountReceived: payment.amount,
      failure: null,
      review: null,
    });
    return payment;
  }

  check('paid', async (world) => {
    const key = world.newKey();
    const payment = await world.create(order(key), key.key);
    expect(['requires_action', 'requires_confirmation']).toContain(payment.status);
    await provider.pay(world, payment);
    await paidOnce(world, key);
  });

  check('declined', async (world) => {
    const key = world.newKey();
    const payment = await world.create({ ...order(key), ...provider.declinedOrder }, key.key);
    await acts.decline?.(world, payment);
    await world.until(key.id, ['failed']);
    expect((await agree(world, key.id, key.reference)).failure?.code).toBeTruthy();
  });

  /** Runs out at the provider, or else by our own clock. */
  async function runsOut(world: World, key: Key): Promise<Payment> {
    const { expire, expiringOrder } = acts;
    const payment = expire
      ? await world.create({ ...order(key), ...expiringOrder }, key.key)
      : await world.createWithLife(SHORT_LIFE_MS, order(key), key.key);
    await expire?.(world, payment);
    await world.until(key.id, ['expired', 'failed'], 60_000);
    return agree(world, key.id, key.reference);
  }

  check('expired', async (world) => {
    await runsOut(world, world.newKey());
  });

  check('time up', async (world) => {
    const key = world.newKey();
    await world.createWithLife(SHORT_LIFE_MS, order(key), key.key);
    expect(await world.until(key.id, ['expired'], 60_000)).toMatchObject({ failure: null, review: null });
    await agree(world, key.id, key.reference);
    if (calls.take) expect(await callCount(world, calls.take, key.reference)).toBe(0);
  });

  check('cancelled', async (world) => {
    const key = world.newKey();
    await world.create(order(key), key.key);
    expect(await world.api.cancel(key.id)).toMatchObject({ status: 'cancelled' });
    await agree(world, key.id, key.reference);
  });

  check('refunded', async (world) => {
    const key = world.newKey();
    await provider.pay(world, await world.create(order(key), key.key));
    const { amount } = await paidOnce(world, key);
    const part = Math.floor(amount / 2);
    const refund = await world.api.refund(key.id, { amount: part }, `${key.key}-refund`);
    expect(['processing', 'succeeded']).toContain(refund.status);
    await eventually(
      async () => (await world.api.get(key.id)).amountRefunded,
      (refunded) => refunded === part,
    );
    const { refunds } = await books(world, key.reference);
    expect(refunds.map(({ amountMinor }) => amountMinor)).toEqual([part]);
    expect(await world.problemOf(world.api.refund(key.id, { amount }, `${key.key}-more`))).toMatch(
      /refund_too_large|not_refundable/,
    );
  });

  check('webhook lost', async (world) => {
    const key = world.newKey();
    await webhooks(world, key.reference, { drop: true });
    await provider.pay(world, await world.create(order(key), key.key));
    await paidOnce(world, key);
  });

  check('webhook five times', async (world) => {
    const key = world.newKey();
    await webhooks(world, key.reference, { duplicates: 4 });
    await provider.pay(world, await world.create(order(key), key.key));
    await paidOnce(world, key);
    if (calls.take) expect(await callCount(world, calls.take, key.reference)).toBe(1);
  });

  check('webhooks reordered', async (world) => {
    const key = world.newKey();
    await webhooks(world, key.reference, { reorder: true, duplicates: 1 });
    await provider.pay(world, await world.create(order(key), key.key));
    await paidOnce(world, key);
  });

  check('webhook before the create answer', async (world) => {
    const key = world.newKey();
    await fault(world, calls.open, key.reference, { kind: 'slow', ms: 700 });
    const creating = world.create(order(key), key.key);
    const url = world.callbackUrl(provider.provider, key.id);
    const early = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":"x","status":"GRANTED"}',
    });
    await early.text();
    await provider.pay(world, await creating);
    await paidOnce(world, key);
  });

  check('webhook forged', async (world) => {
    const key = world.newKey();
    await world.create(order(key), key.key);
    const other = world.newKey().id;
    const genuine = world.callbackUrl(provider.provider, key.id);
    for (const url of [
      `${genuine}x`,
      genuine.replace(key.id, other),
      world.callbackUrl(provider.provider, other),
    ]) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"id":"x","status":"GRANTED"}',
      });
      await response.text();
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    }
    const payment = await world.api.recheck(key.id);
    expect(['requires_action', 'requires_confirmation']).toContain(payment.status);
  });

  check('webhook replayed from another payment', async (world) => {
    const [first, second] = [world.newKey(), world.newKey()];
    await provider.pay(world, await world.create(order(first), first.key));
    await paidOnce(world, first);
    const victim = await world.create(order(second), second.key);
    const { deliveries } = await world.control<{ deliveries: { id: string }[] }>(
      'GET',
      `/${company}/webhooks/deliveries?reference=${first.reference}`,
    );
    for (const { id } of deliveries) {
      const url = world.callbackUrl(provider.provider, second.id);
      await world.control('POST', `/${company}/webhooks/deliveries/${id}/replay`, { url });
    }
    expect(await world.api.recheck(second.id)).toMatchObject({ status: victim.status, amountReceived: 0 });
    await agree(world, second.id, second.reference);
  });

  check('webhook after the end', async (world) => {
    const key = world.newKey();
    await provider.pay(world, await world.create(order(key), key.key));
    await paidOnce(world, key);
    const { deliveries } = await world.control<{ deliveries: { id: string }[] }>(
      'GET',
      `/${company}/webhooks/deliveries?reference=${key.reference}`,
    );
    for (const { id } of deliveries)
      await world.control('POST', `/${company}/webhooks/deliveries/${id}/replay`, {});
    await paidOnce(world, key);
    if (calls.take) expect(await callCount(world, calls.take, key.reference)).toBe(1);
  });

  check('paid after the end', async (world) => {
    const key = world.newKey();
    await acts.payLate?.(world, await runsOut(world, key));
    expect(await world.until(key.id, ['needs_review'], 60_000)).toMatchObject({
      review: { reason: 'paid_after_end' },
    });
    await agree(world, key.id, key.reference);
  });

  for (const [step, ofStep] of Object.entries(lies) as [Step, Record<string, Lie>][]) {
    for (const [name, lie] of Object.entries(ofStep)) {
      check(step === 'read' ? `lie ${name}` : `${step}: lie ${name}`, async (world) => {
        const key = world.newKey();
        const call = calls[step] ?? '';
        const { body, headers, times = null } = lie;
        const tell = () =>
          fault(world, call, key.reference, { kind: 'override', body, times, ...(headers && { headers }) });
        if (step === 'open') await tell();
        const payment = await world.create(order(key), key.key);
        if (step === 'refund') {
          await provider.pay(world, payment);
          await paidOnce(world, key);
        }
        if (step !== 'open') await tell();
        if (step === 'stop') await world.api.cancel(key.id);
        else if (step === 'refund') await world.api.refund(key.id, {}, `${key.key}-refund`);
        // Of a payment that is under review at once, nobody has seen a page.
        else if (payment.status !== 'needs_review') await provider.pay(world, payment).catch(() => undefined);
        await comesTo(world, key, step, lie.end);
        const told = (await callsMade(world, call, key.reference)).filter((made) => made.fault !== null);
        expect(told.map(({ answer }) => answer)).toContainEqual({ httpStatus: expect.any(Number) as number });
        if (lie.times) expect(told).toHaveLength(lie.times);
      });
    }
  }

  /** The lie must have had the effect that is stated of it, and no other. */
  async function comesTo(world: World, key: Key, step: Step, end: LieEnd): Promise<void> {
    if ('harmless' in end) {
      if (step !== 'stop') return void (await paidOnce(world, key));
      await world.until(key.id, ['cancelled'], 60_000);
    } else if ('review' in end) {
      const { review } = await world.until(key.id, ['needs_review'], 60_000);
      expect(review?.reason).toBe(end.review);
      expect((await books(world, key.reference)).charges).toHaveLength(end.charges);
    } else if ('refund' in end) {
      const refunds = () => world.api.refunds(key.id);
      await eventually(refunds, ({ data }) => data[0]?.status === end.refund);
      expect((await books(world, key.reference)).refunds).toHaveLength(1);
    } else {
      const events = () => world.api.timeline(key.id);
      await eventually(events, ({ data }) => data.some(({ type }) => type === 'unclear'));
      const { amountReceived, amount } = await world.until(key.id, [end.unclear]);
      expect(amountReceived).toBe(end.unclear === 'succeeded' ? amount : 0);
    }
    await agree(world, key.id, key.reference);
  }

  for (const { name, order: what } of [...faults('never'), NOT_NOW, WRONG_TYPE]) {
    check(`open: ${name}`, async (world) => {
      const key = world.newKey();
      await fault(world, calls.open, key.reference, what);
      await world.create(order(key), key.key);
      const payment = await world.until(key.id, ['requires_action', 'requires_confirmation'], 60_000);
      await provider.pay(world, payment);
      await paidOnce(world, key);
    });
    check(`read: ${name}`, async (world) => {
      const key = world.newKey();
      const payment = await world.create(order(key), key.key);
      await fault(world, calls.read, key.reference, what);
      await provider.pay(world, payment);
      await paidOnce(world, key);
    });
  }

  const { stop, refund } = calls;
  if (stop) {
    for (const { name, order: what } of [...faults('before'), ...faults('never'), NOT_NOW, WRONG_TYPE]) {
      check(`stop: ${name}`, async (world) => {
        const key = world.newKey();
        await world.create(order(key), key.key);
        await fault(world, stop, key.reference, what);
        await world.api.cancel(key.id);
        await world.until(key.id, ['cancelled'], 60_000);
        await agree(world, key.id, key.reference);
      });
    }
  }

  if (refund) {
    for (const { name, order: what } of [...faults('before'), ...faults('never')]) {
      check(`refund: ${name}`, async (world) => {
        const key = world.newKey();
        await provider.pay(world, await world.create(order(key), key.key));
        const { amount } = await paidOnce(world, key);
        await fault(world, refund, key.reference, what);
        const asked = await world.api.refund(key.id, {}, `${key.key}-refund`);
        const decided = await eventually(
          async () => (await world.api.refunds(key.id)).data[0],
          (found) => found?.status !== 'processing' || what['apply'] === 'never',
        );
        const { refunds } = await books(world, key.reference);
        const given = refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
        expect([0, amount]).toContain(given);
        if (decided?.status === 'succeeded') expect(given).toBe(amount);
        if (decided?.status === 'failed') expect(given).toBe(0);
        expect(await callCount(world, refund, key.reference)).toBe(1);
        expect(await world.problemOf(world.api.refund(key.id, {}, `${asked.id}-again`))).toBe(
          'not_refundable',
        );
      });
    }
  }

  const { take } = calls;
  if (take) {
    for (const { name, order: what } of faults('before')) {
      check(`take: ${name}`, async (world) => {
        const key = world.newKey();
        const payment = await world.create(order(key), key.key);
        await fault(world, take, key.reference, what);
        await provider.pay(world, payment);
        await paidOnce(world, key);
        expect(await callCount(world, take, key.reference)).toBe(1);
      });
    }
    for (const { name, order: what } of [...faults('never'), NOT_NOW]) {
      check(`take: ${name}`, async (world) => {
        const key = world.newKey();
        const payment = await world.create(order(key), key.key);
        await fault(world, take, key.reference, what);
        await provider.pay(world, payment);
        const readable = what['kind'] !== 'garbage' || !unreadableMeansPaid;
        if (settlesSoon && readable) {
          await paidOnce(world, key);
        } else {
          await eventually(
            () => callCount(world, take, key.reference),
            (count) => count >= 1,
          );
          expect((await agree(world, key.id, key.reference)).status).toBe('processing');
          expect(await callCount(world, take, key.reference)).toBe(1);
        }
      });
    }
  }
}
