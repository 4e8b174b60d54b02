import { randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { cancelUpdate, providerQueue, resolveUpdate, TASK_QUEUE } from '../../src/contract/workflow';
import type { Finding } from '../../src/domain/provider-answer';
import { dataConverter } from '../../src/temporal/data-converter';
import { PaymentWorkers } from '../../src/worker/payment-workers';
import { FakeDropPay, type FakePayment } from './fake-droppay';
import { StoryRig } from './story-rig';

const HOUR = 3_600_000;
const silent = (): never => {
  throw ApplicationFailure.create({ type: 'unavailable', message: 'no answer', nonRetryable: false });
};

/** What the payer has reserved and we do not take is released, or somebody is told. */
describe('a payment whose agreement reserves the money', () => {
  const company = new FakeDropPay();
  const keyRing = [{ id: 'test', key: randomBytes(32) }];
  let rig: StoryRig;

  beforeAll(async () => {
    rig = await StoryRig.start({ ...company }, keyRing, async ({ connection, namespace, activities }) => {
      const shared = { connection, namespace, activities, dataConverter: dataConverter(keyRing) };
      const workflowsPath = require.resolve('./reserving-story');
      return new PaymentWorkers([
        await Worker.create({ ...shared, workflowsPath, taskQueue: TASK_QUEUE }),
        await Worker.create({ ...shared, taskQueue: providerQueue('droppay-pos') }),
      ]);
    });
  });
  afterAll(() => rig.stop());

  /** The company releases what is reserved. */
  const releases = (fake: FakePayment) => (): Finding => {
    fake.state = 'cancelled';
    return { state: 'ended', end: 'cancelled', code: 'authorization_ended', message: 'released' };
  };
  const cancelsOf = ({ calls }: FakePayment) => calls.filter((call) => call === 'cancel').length;

  async function opened(expiresInMs?: number) {
    const request = await rig.request({}, expiresInMs);
    await rig.create(request);
    return { id: request.id, fake: company.of(request.id) };
  }

  const typesOf = async (id: string) => (await rig.memo(id)).timeline.map(({ type }) => type);

  it('is not called cancelled before the company has released the money', async () => {
    const { id, fake } = await opened();
    fake.state = 'granted';
    fake.next('cancel', (call) => fake.finding(call), 2);
    fake.next('cancel', releases(fake));
    expect((await rig.handle(id).executeUpdate(cancelUpdate)).status).toBe('processing');
    expect((await rig.end(id)).status).toBe('cancelled');
    expect([cancelsOf(fake), fake.charges]).toEqual([3, 0]);
  });

  it('is released when the payer’s agreement is seen too late to be taken', async () => {
    const { id, fake } = await opened(60_000);
    fake.next('read', silent, 10_000);
    await rig.env.sleep(3 * HOUR);
    fake.heal();
    fake.state = 'granted';
    fake.next('cancel', releases(fake));
    await rig.hint(id);
    expect((await rig.end(id)).status).toBe('expired');
    expect([cancelsOf(fake), fake.charges]).toEqual([1, 0]);
  });

  it('is for a person when the company never releases it', async () => {
    const { id, fake } = await opened();
    fake.state = 'granted';
    fake.next('cancel', (call) => fake.finding(call), 10_000);
    await rig.handle(id).executeUpdate(cancelUpdate);
    const { review } = await rig.until(id, 'needs_review', 50 * HOUR, HOUR);
    expect(review).toMatchObject({
      reason: 'unexpected_answer',
      detail: expect.stringContaining('reserved'),
    });
    await rig.handle(id).terminate();
  });

  it('is released when a person ends a review of another amount without taking it', async () => {
    const { id, fake } = await opened();
    fake.amount = 9_999;
    fake.state = 'granted';
    await rig.hint(id);
    expect((await rig.until(id, 'needs_review')).review).toMatchObject({ reason: 'amount_mismatch' });
    fake.next('cancel', silent, 2);
    fake.next('cancel', releases(fake));
    const args = [{ decision: 'failed', note: 'another amount', by: 'ada' }] as const;
    await rig.handle(id).executeUpdate(resolveUpdate, { args: [...args] });
    expect((await rig.end(id)).status).toBe('failed');
    expect(await typesOf(id)).toContain('released');
    expect([fake.state, fake.charges]).toEqual(['cancelled', 0]);
  });

  it('is released when the company refuses to capture it', async () => {
    const { id, fake } = await opened();
    fake.state = 'granted';
    const no = { end: 'failed', code: 'declined', message: 'no' } as const;
    fake.next('charge', () => ({ outcome: 'declined', ...no }));
    fake.next('cancel', releases(fake));
    await rig.hint(id);
    expect((await rig.end(id)).status).toBe('failed');
    expect(cancelsOf(fake)).toBe(1);
  });

  it('is taken when the payer agreed in time, though the answer came late', async () => {
    const { id, fake } = await opened(60_000);
    fake.state = 'granted';
    expect((await rig.end(id)).status).toBe('succeeded');
    expect([cancelsOf(fake), fake.charges]).toEqual([0, 1]);
  });

  it('is withdrawn when asking for it had no answer, for it may be on the payer’s phone', async () => {
    const request = await rig.request({}, 60_000);
    const fake = company.of(request.id);
    fake.next('create', silent, 10_000);
    fake.next('cancel', silent, 2);
    fake.next('cancel', releases(fake));
    await rig.start(request);
    expect((await rig.end(request.id)).status).toBe('expired');
    expect(await typesOf(request.id)).toContain('released');
    expect(fake.state).toBe('cancelled');
  });

  it('is withdrawn when the company refuses it, for an earlier try may have arrived', async () => {
    const request = await rig.request({}, 60_000);
    const fake = company.of(request.id);
    fake.next('create', silent, 2);
    fake.next('create', () => {
      throw ApplicationFailure.nonRetryable('credentials', 'unauthenticated');
    });
    await rig.start(request);
    expect((await rig.end(request.id)).status).toBe('failed');
    expect(cancelsOf(fake)).toBe(1);
  });
});
