import { eventually } from '../support/eventually';
import { Shop } from './shop';

describe('crashes', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterAll(() => shop.close());

  const charges = async (id: string) => (await shop.sandbox.ledger(id)).charges.length;

  it('charges once when the worker was dead while the payer approved', async () => {
    const { id } = await shop.order();
    await shop.system.kill('worker');
    await shop.sandbox.payer(id, 'approve');
    expect(await shop.api.get(id)).toMatchObject({ status: 'requires_action' });
    await shop.system.start('worker');
    await shop.until(id, ['succeeded'], 60_000);
    expect(await charges(id)).toBe(1);
  });

  it('charges once when the worker dies while the provider answers the charge', async () => {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.fault(reference, { call: 'charge', kind: 'hang', apply: 'before', ms: 30_000 });
    await shop.order({}, key);
    await shop.sandbox.payer(id, 'approve');
    await eventually(
      () => charges(id),
      (count) => count === 1,
    );
    await shop.system.kill('worker');
    await shop.system.start('worker');
    await shop.until(id, ['succeeded'], 120_000);
    expect(await charges(id)).toBe(1);
    expect(await shop.sandbox.calls('charge', id)).toBe(1);
  });

  it('takes the money once when the worker dies while the device grants what it creates', async () => {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.call('POST', '/droppay/settings', { acquirerCreatedGranted: true });
    await shop.sandbox.fault(reference, { call: 'create', kind: 'hang', apply: 'before', ms: 30_000 });
    void shop.order({ provider: 'droppay-acquirer', connection: 'granting' }, key).catch(() => undefined);
    const granted = async () => (await shop.sandbox.ledger(id)).authorizations.length;
    await eventually(granted, (count) => count === 1);
    await shop.system.kill('worker');
    await shop.system.start('worker');
    const review = await shop.until(id, ['needs_review'], 120_000);
    expect(review.review?.reason).toBe('outcome_unknown');
    expect(await granted()).toBe(1);
    expect(await shop.sandbox.calls('create', id)).toBe(1);
  });

  it('serves reads, lists and timelines without a worker, and refuses new payments until one is back', async () => {
    const open = await shop.order({ reference: 'without-worker' });
    const closed = await shop.order({ reference: 'without-worker' });
    await shop.api.cancel(closed.id);
    await shop.system.running('worker').stop();
    const { key, id } = shop.newKey();
    const refused = shop.order({}, key);
    expect(await shop.api.get(open.id)).toMatchObject({ status: 'requires_action' });
    expect(await shop.api.get(closed.id)).toMatchObject({ status: 'cancelled' });
    expect((await shop.api.timeline(closed.id)).data.at(-1)).toMatchObject({ type: 'cancelled' });
    const listed = await shop.api.list({ reference: 'without-worker' });
    expect(new Set(listed.data.map((payment) => payment.id))).toEqual(new Set([open.id, closed.id]));
    await expect(refused).rejects.toMatchObject({
      problem: { status: 503, code: 'temporarily_unavailable' },
    });
    await shop.system.start('worker');
    expect(await shop.order({}, key)).toMatchObject({ id, status: 'requires_action' });
    expect((await shop.sandbox.ledger(id)).authorizations).toHaveLength(1);
  });

  it('meets the same payment again after the api died at any moment of a create', async () => {
    for (const momentMs of [0, 20, 60, 120, 300]) {
      const { id, key } = shop.newKey();
      const first = shop.order({}, key).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, momentMs));
      await shop.system.kill('api');
      await first;
      await shop.system.start('api');
      expect(await shop.order({}, key)).toMatchObject({ id, status: 'requires_action' });
      expect((await shop.sandbox.ledger(id)).authorizations).toHaveLength(1);
      await shop.sandbox.payer(id, 'approve');
      await shop.until(id, ['succeeded'], 60_000);
      expect(await charges(id)).toBe(1);
    }
  });

  it('goes on after Temporal was killed and started again', async () => {
    const { id } = await shop.order();
    await shop.system.killTemporal();
    await shop.sandbox.payer(id, 'approve');
    await shop.system.startTemporal();
    await shop.until(id, ['succeeded'], 90_000);
    expect(await charges(id)).toBe(1);
  });
});
