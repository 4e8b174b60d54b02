import { createHash } from 'node:crypto';
import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { HoldfastError } from '../../src/client';
import { eventually } from '../support/eventually';
import { ORDER, Shop } from './shop';

const sameFor = (payment: Payment) => createHash('sha256').update(JSON.stringify(payment)).digest('hex');

describe('payments through the running system', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterAll(() => shop.close());

  const charged = async (id: string) =>
    (await shop.sandbox.ledger(id)).charges.map(({ amountMinor }) => amountMinor);
  const problemOf = (call: Promise<unknown>) =>
    call.then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof HoldfastError) return error.problem;
        throw error;
      },
    );

  it('is taken once: link, approval, webhook, charge', async () => {
    const payment = await shop.order();
    expect(payment).toMatchObject({ status: 'requires_action', nextAction: { type: 'redirect' } });
    await shop.sandbox.payer(payment.id, 'approve');
    expect(await shop.until(payment.id, ['succeeded'])).toMatchObject({
      amountReceived: 1250,
      failure: null,
    });
    expect(await charged(payment.id)).toEqual([1250]);
    const { data } = await shop.api.timeline(payment.id);
    expect(data.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['requested', 'opened', 'callback', 'authorized', 'collecting', 'succeeded']),
    );
  });

  it('fails when the payer refuses', async () => {
    const { id } = await shop.order();
    await shop.sandbox.payer(id, 'refuse');
    expect(await shop.until(id, ['failed'])).toMatchObject({
      failure: { code: 'payer_refused' },
      amountReceived: 0,
    });
    expect(await charged(id)).toEqual([]);
  });

  it('is found by look-up when its webhook was lost', async () => {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.webhooks(reference, { drop: true });
    await shop.order({}, key);
    await shop.sandbox.payer(id, 'approve');
    await shop.until(id, ['succeeded']);
    expect(await charged(id)).toEqual([1250]);
    const { data } = await shop.api.timeline(id);
    expect(data.map(({ type }) => type)).not.toContain('callback');
  });

  it('is charged once when webhooks come five times, out of order and in the bare shape', async () => {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.webhooks(reference, { duplicates: 4, reorder: true, shape: 'bare' });
    await shop.order({}, key);
    await shop.sandbox.payer(id, 'approve');
    await shop.until(id, ['succeeded']);
    expect(await charged(id)).toEqual([1250]);
    expect(await shop.sandbox.calls('charge', id)).toBe(1);
  });

  it('takes webhooks that come before the provider has answered the authorization', async () => {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.fault(reference, { call: 'create', kind: 'slow', ms: 1_000 });
    const creating = shop.order({}, key);
    await eventually(
      () => shop.sandbox.calls('create', id),
      (calls) => calls === 1,
    );
    const hint = { id: 'CHTTEST0001', status: 'GRANTED' };
    for (let i = 0; i < 5; i += 1) expect(await shop.callback(shop.callbackUrl(id), hint)).toBe(200);
    expect((await creating).status).toBe('requires_action');
    await shop.sandbox.payer(id, 'approve');
    await shop.until(id, ['succeeded']);
    expect(await charged(id)).toEqual([1250]);
  });

  it('refuses strangers alike: wrong token, unknown payment', async () => {
    const { id } = await shop.order();
    const other = shop.newKey().id;
    const genuine = shop.callbackUrl(id);
    const body = { id: 'CHTTEST0001', status: 'GRANTED' };
    const wrong = [
      `${genuine}x`,
      genuine.replace(id, other),
      shop.callbackUrl(other),
      genuine.replace(/[^/]+$/, 'development.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'),
    ];
    const answers = await Promise.all(wrong.map((url) => shop.callback(url, body)));
    expect(answers).toEqual([404, 404, 404, 404]);
    const { data } = await shop.api.timeline(id);
    expect(data.map(({ type }) => type)).not.toContain('callback');
  });

  it('is not charged because a webhook says so', async () => {
    const { id, key } = shop.newKey();
    await shop.order({}, key);
    const lie = { etype: 'shop.pos.authorization.status_update', etime: '2026-01-31T10:00:00+01:00' };
    const edata = {
      id: 'CHTTEST0001',
      status: 'GRANTED',
      pay_token: { val: '6f0e4a52-1c1b-4f0e-9a55-0d5f0c1b2a33' },
    };
    expect(await shop.callback(shop.callbackUrl(id), { ...lie, edata })).toBe(200);
    await eventually(
      () => shop.sandbox.calls('read', id),
      (reads) => reads > 0,
    );
    expect(await shop.api.recheck(id)).toMatchObject({ status: 'requires_action' });
    expect(await shop.sandbox.calls('charge', id)).toBe(0);
  });

  it('never sends a charge again whose answer was lost after the money moved', async () => {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.fault(reference, { call: 'charge', kind: 'reset', apply: 'before' });
    await shop.order({}, key);
    await shop.sandbox.payer(id, 'approve');
    expect(await shop.until(id, ['succeeded'])).toMatchObject({ amountReceived: 1250 });
    expect(await shop.sandbox.calls('charge', id)).toBe(1);
    expect(await charged(id)).toEqual([1250]);
  });

  it('charges once when the first charge was lost before it moved anything', async () => {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.fault(reference, { call: 'charge', kind: 'reset', apply: 'never' });
    await shop.order({}, key);
    await shop.sandbox.payer(id, 'approve');
    await shop.until(id, ['succeeded']);
    expect(await shop.sandbox.calls('charge', id)).toBe(2);
    expect(await charged(id)).toEqual([1250]);
  });

  it('finds a charge that the provider carries out after cutting the line', async () => {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.fault(reference, { call: 'charge', kind: 'reset', apply: 'after' });
    await shop.order({}, key);
    await shop.sandbox.payer(id, 'approve');
    await shop.until(id, ['succeeded']);
    expect(await shop.sandbox.calls('charge', id)).toBe(1);
    expect(await charged(id)).toEqual([1250]);
  });

  it('asks a person when the provider took another amount', async () => {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.fault(reference, { call: 'charge', kind: 'override', body: { amount: 99.5 } });
    await shop.order({}, key);
    await shop.sandbox.payer(id, 'approve');
    expect(await shop.until(id, ['needs_review'])).toMatchObject({ review: { reason: 'amount_mismatch' } });
    const resolution = { decision: 'succeeded', note: 'the books say 12.50', by: 'ada' } as const;
    expect(await shop.api.resolve(id, resolution)).toMatchObject({ status: 'succeeded' });
    expect((await problemOf(shop.api.resolve(id, resolution)))?.code).toBe('nothing_to_resolve');
  });

  it('cancels at the provider', async () => {
    const { id } = await shop.order();
    expect(await shop.api.cancel(id)).toMatchObject({ status: 'cancelled' });
    const { authorizations } = await shop.sandbox.ledger(id);
    expect(authorizations.map(({ status }) => status)).toEqual(['CANCELLED']);
    expect((await problemOf(shop.api.cancel(id)))?.code).toBe('not_cancellable');
  });

  it('renews a revoked access token once for all payments that need it', async () => {
    const orders = await Promise.all(Array.from({ length: 12 }, () => shop.order()));
    const logins = await shop.sandbox.calls('token');
    await shop.sandbox.call('POST', '/droppay/tokens/revoke');
    await Promise.all(orders.map(({ id }) => shop.sandbox.payer(id, 'approve')));
    for (const { id } of orders) await shop.until(id, ['succeeded']);
    expect(await shop.sandbox.calls('token')).toBe(logins + 1);
    for (const { id } of orders) expect(await charged(id)).toEqual([1250]);
  });

  it('is one payment for 50 requests at once under one key', async () => {
    const { key, id } = shop.newKey();
    const answers = await Promise.all(Array.from({ length: 50 }, () => shop.order({}, key)));
    expect(new Set(answers.map(sameFor)).size).toBe(1);
    expect((await shop.sandbox.ledger(id)).authorizations).toHaveLength(1);
    expect((await problemOf(shop.order({ amount: 1251 }, key)))?.code).toBe('idempotency_key_reused');
    await shop.sandbox.payer(id, 'approve');
    await shop.until(id, ['succeeded']);
    const handle = `payment/${id}`;
    await eventually(
      () => shop.workflowStatus(handle),
      (status) => status === 'COMPLETED',
    );
    expect(sameFor(await shop.order({}, key))).toBe(sameFor(answers[0] as Payment));
    expect((await problemOf(shop.order({ amount: 1251 }, key)))?.code).toBe('idempotency_key_reused');
    expect(await charged(id)).toEqual([1250]);
  });

  describe('that run out of time', () => {
    const EXPIRES_IN_SECONDS = 60;

    it('expire after the provider was asked and told, unless the payer agrees meanwhile', async () => {
      const quiet = await shop.order({ expiresInSeconds: EXPIRES_IN_SECONDS });
      const late = await shop.order({ expiresInSeconds: EXPIRES_IN_SECONDS });
      const reference = referenceAtProvider(late.id);
      await shop.sandbox.webhooks(reference, { drop: true });
      await shop.sandbox.fault(reference, { call: 'delete', kind: 'slow', ms: 1_500 });
      await eventually(
        () => shop.sandbox.calls('delete', late.id),
        (calls) => calls > 0,
        80_000,
      );
      await shop.sandbox.payer(late.id, 'approve').catch(() => undefined);
      const ended = await shop.until(late.id, ['succeeded', 'expired'], 30_000);
      const books = await shop.sandbox.ledger(late.id);
      expect(books.charges).toHaveLength(ended.status === 'succeeded' ? 1 : 0);
      expect(await shop.until(quiet.id, ['expired'])).toMatchObject({ amountReceived: 0, failure: null });
      expect((await shop.sandbox.ledger(quiet.id)).authorizations[0]?.status).toBe('CANCELLED');
    });
  });

  it('keeps the reference of the shop, which may repeat', async () => {
    const [first, second] = await Promise.all([shop.order(), shop.order()]);
    expect(first.reference).toBe(ORDER.reference);
    expect(second.id).not.toBe(first.id);
  });
});
