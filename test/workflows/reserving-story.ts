import { proxyActivities } from '@temporalio/workflow';
import type { Payment, PaymentRequest } from '../../src/domain/payment';
import type { DropPayActivities } from '../../src/providers/droppay/activities';
import { callsTo } from '../../src/workflows/payment/provider-calls';
import { runPayment } from '../../src/workflows/payment/run';
import { dropPayPosPort } from '../../src/workflows/stories/droppay-pos';

const { READ, TAKE } = callsTo('droppay-pos');
const { dropPayCreateAuthorization } = proxyActivities<DropPayActivities>(READ);
const { dropPayCharge } = proxyActivities<DropPayActivities>(TAKE);

/** A company that no provider is yet: the payer's agreement reserves the money, and asking for it reaches the payer's phone. */
export function dropPayPos(request: PaymentRequest): Promise<Payment> {
  const port = { ...dropPayPosPort, reserves: true, openingReachesPayer: true } as const;
  return runPayment(request, port, async (payment) => {
    await payment.open((call) => dropPayCreateAuthorization({ ...call, webhookUrl: '', returnUrl: '' }));
    await payment.untilAuthorized();
    await payment.capture(dropPayCharge);
  });
}
