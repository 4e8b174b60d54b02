import { proxyActivities } from '@temporalio/workflow';
import type { DropPayActivities } from '../../../src/activities/droppay';
import type { Payment, PaymentRequest } from '../../../src/domain/payment';
import { dropPayPosPort } from '../../../src/workflows/droppay-pos';
import { runPayment } from '../../../src/workflows/payment';

const dropPay = proxyActivities<DropPayActivities>({ startToCloseTimeout: 30_000 });

/** The story as nobody may deploy it: waits for the payer before the provider knows of the payment. */
export function dropPayPos(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, dropPayPosPort, async (payment) => {
    await payment.untilAuthorized();
    await payment.open((call) =>
      dropPay.dropPayCreateAuthorization({ ...call, webhookUrl: '', returnUrl: '' }),
    );
    await payment.collect(dropPay.dropPayCharge);
  });
}
