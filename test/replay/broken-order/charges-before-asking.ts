import { proxyActivities } from '@temporalio/workflow';
import type { DropPayActivities } from '../../../src/activities/droppay';
import type { Payment, PaymentRequest } from '../../../src/domain/payment';
import { dropPayPosPort } from '../../../src/workflows/droppay-pos';
import { runPayment } from '../../../src/workflows/payment';

const dropPay = proxyActivities<DropPayActivities>({ startToCloseTimeout: 30_000 });

/** The story as nobody may deploy it: charges as soon as the payer has the link. */
export function dropPayPos(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, dropPayPosPort, async (payment) => {
    await payment.open((call) =>
      dropPay.dropPayCreateAuthorization({ ...call, webhookUrl: '', returnUrl: '' }),
    );
    await payment.collect(dropPay.dropPayCharge);
  });
}
