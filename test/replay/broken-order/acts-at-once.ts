import { proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type { EventActivities } from '../../../src/activities/events';
import type { PayerMaxActivities } from '../../../src/providers/payermax/activities';
import { type ClosedPayment, createRefundUpdate, enqueueEventSignal } from '../../../src/contract/workflow';
import type { BackendEvent } from '../../../src/domain/backend-event';
import type { Payment } from '../../../src/domain/payment';
import { runPayment } from '../../../src/workflows/payment/run';
import { PORTS } from '../../../src/workflows/stories/index';

const activities = proxyActivities<EventActivities & PayerMaxActivities>({ startToCloseTimeout: 20_000 });

/** A late callback as nobody may handle it: closes without asking the provider. */
export function latePayment({ request, payment }: ClosedPayment): Promise<Payment> {
  return runPayment(request, PORTS[payment.provider], () => Promise.resolve());
}

/** Events as nobody may send them: tried again without a gap. */
export async function paymentEvents(): Promise<void> {
  const queue: BackendEvent[] = [];
  setHandler(enqueueEventSignal, (event) => void queue.push(event));
  for (let event = queue.shift(); event; event = queue.shift()) await activities.sendEvent(event);
}

/** Refunds as nobody may make them: the provider is asked before the refund is sent to it. */
export async function paymentRefunds({ request, payment }: ClosedPayment): Promise<void> {
  setHandler(createRefundUpdate, async ({ id, amount, fingerprint, requestId }) => {
    const call = {
      paymentId: payment.id,
      refundReference: id,
      connection: payment.connection,
      providerReference: '',
      chargeReference: null,
      amount: amount ?? 0,
      currency: payment.currency,
      reason: null,
      providerRefundReference: null,
    };
    await activities.payerMaxRefundQuery(call);
    await activities.payerMaxRefund({ ...call, webhookUrl: request.urls.webhook });
    return { refund: {} as never, fingerprint, requestId };
  });
  await sleep('200 days');
}
