import { timelineSchema } from '../../src/contract/http/payment';
import { lateWorkflowIdOf } from '../../src/contract/workflow';
import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { eventually } from '../support/eventually';
import { SandboxRig } from './sandbox-rig';
import { patience } from '../support/patience';

jest.setTimeout(patience(60_000));

let rig: SandboxRig;
beforeAll(async () => {
  rig = await SandboxRig.start();
});
afterAll(() => rig.stop());

const typesOf = async ({ id }: Payment) =>
  timelineSchema
    .parse((await rig.api.call({ path: `/v1/payments/${id}/events` })).body)
    .data.map(({ type }) => type);
const listed = async (status: string, { reference }: Payment) => {
  const { body } = await rig.api.call({ path: `/v1/payments?status=${status}&reference=${reference}` });
  return (body['data'] as Payment[]).map(({ id, status }) => [id, status]);
};
const byAda = (decision: string) => ({ decision, note: 'seen in their books', by: 'Ada' });

/** A payment whose review a person ended as failed although the provider had the money: the truth comes later. */
async function wronglyFailed(reference: string): Promise<Payment> {
  const payment = await rig.created('pomelo', { reference });
  const match = { reference: referenceAtProvider(payment.id) };
  // A callback that came after the decision would be late truth already.
  await rig.control('POST', '/pomelo/webhooks/rules', { drop: true, times: null, match });
  const fault = await rig.control<{ id: string }>('POST', '/pomelo/faults', {
    call: 'read',
    kind: 'override',
    body: { amount: 9_950 },
    times: null,
    match,
  });
  await rig.control('POST', `/pomelo/payments/${match.reference}/approve`);
  await rig.until(payment, 'needs_review');
  expect(await rig.post(payment, 'resolve', byAda('failed'))).toMatchObject({ body: { status: 'failed' } });
  await rig.closed(payment);
  await rig.control('DELETE', `/pomelo/faults/${fault.id}`);
  return payment;
}

test('late truth about a closed payment raises a review that everybody sees, and a person ends it', async () => {
  const payment = await wronglyFailed('late-callback');
  await eventually(
    () => listed('failed', payment),
    (found) => found.length === 1,
  );
  expect(await rig.callback('pomelo', { payment: referenceAtProvider(payment.id) })).toBe(200);
  const review = await rig.until(payment, 'needs_review');
  expect(review).toMatchObject({ review: { reason: 'paid_after_end' }, amountReceived: payment.amount });
  const types = await typesOf(payment);
  expect(types[0]).toBe('requested');
  expect(types.slice(types.indexOf('resolved'))).toContain('late_callback');

  await eventually(
    () => listed('needs_review', payment),
    (found) => found.length === 1,
  );
  expect(await listed('needs_review', payment)).toEqual([[payment.id, 'needs_review']]);
  expect(await listed('failed', payment)).toEqual([]);
  expect(await rig.refund(payment, {})).toMatchObject({ status: 409, body: { code: 'not_refundable' } });

  expect(await rig.post(payment, 'resolve', byAda('succeeded'))).toMatchObject({
    status: 200,
    body: { status: 'succeeded', amountReceived: payment.amount },
  });
  await eventually(
    () => listed('succeeded', payment),
    (found) => found.length === 1,
  );
  expect(await listed('needs_review', payment)).toEqual([]);
  expect(await rig.get(payment)).toMatchObject({ status: 'succeeded', review: null });
  expect(await rig.post(payment, 'resolve', byAda('failed'))).toMatchObject({
    status: 409,
    body: { code: 'nothing_to_resolve' },
  });
});

test('recheck of a closed payment asks the provider again', async () => {
  const payment = await wronglyFailed('late-recheck');
  const { status, body } = await rig.post(payment, 'recheck');
  expect([status, body['status']]).toEqual([200, 'needs_review']);
  expect((await rig.post(payment, 'recheck')).body['status']).toBe('needs_review');
});

test('a callback that is no news leaves a closed payment as it is', async () => {
  const payment = await rig.created('droppay-pos');
  await rig.post(payment, 'cancel');
  await rig.closed(payment);
  const body = { id: payment.providerReference, status: 'GRANTED' };
  const answer = await rig.api.call({ method: 'POST', path: rig.webhookPath(payment), body, key: null });
  expect(answer.status).toBe(200);
  const late = rig.client.workflow.getHandle(lateWorkflowIdOf(payment.id));
  await late.result();
  expect(await rig.get(payment)).toMatchObject({ status: 'cancelled', review: null });
  expect(await typesOf(payment)).toContain('late_callback');
});

test('nothing of the timeline goes when callbacks come after one another', async () => {
  const payment = await rig.created('droppay-pos');
  await rig.post(payment, 'cancel');
  await rig.closed(payment);
  const factsOf = async () => {
    const { body } = await rig.api.call({ path: `/v1/payments/${payment.id}/events` });
    return timelineSchema.parse(body).data;
  };
  let shown = await factsOf();
  for (const status of ['GRANTED', 'REVOKED', 'EXPIRED']) {
    const body = { id: payment.providerReference, status };
    await rig.api.call({ method: 'POST', path: rig.webhookPath(payment), body, key: null });
    await rig.client.workflow.getHandle(lateWorkflowIdOf(payment.id)).result();
    const now = await factsOf();
    expect(now.slice(0, shown.length)).toEqual(shown);
    expect(now.slice(shown.length)).toContainEqual(
      expect.objectContaining({ type: 'callback', detail: expect.stringContaining(status) as string }),
    );
    shown = now;
  }
  await rig.post(payment, 'recheck');
  const rechecked = await factsOf();
  expect(rechecked.slice(0, shown.length)).toEqual(shown);
  expect(rechecked.slice(shown.length).map(({ type }) => type)).toContain('recheck');
});

test('money that is received again after a success is told, and the success stands', async () => {
  const payment = await rig.created('etpay', { reference: 'paid-twice' });
  const payer = (action: string) =>
    rig.control('POST', `/etpay/payments/${referenceAtProvider(payment.id)}/${action}`);
  await payer('approve');
  await rig.until(payment, 'succeeded');
  await rig.closed(payment);
  await payer('pay-again');
  const found = await eventually(
    () => rig.get(payment),
    ({ amountReceived }) => amountReceived === 2 * payment.amount,
  );
  expect(found).toMatchObject({ status: 'succeeded', review: { reason: 'amount_mismatch' } });
  expect(await typesOf(payment)).toContain('received_more');
});
