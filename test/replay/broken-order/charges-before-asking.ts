import { proxyActivities } from '@temporalio/workflow';
import type { DropPayAcquirerActivities, DropPayActivities } from '../../../src/providers/droppay/activities';
import type { PayerMaxActivities } from '../../../src/providers/payermax/activities';
import type { Payment, PaymentRequest } from '../../../src/domain/payment';
import { dropPayAcquirerPort } from '../../../src/workflows/stories/droppay-acquirer';
import { dropPayPosPort } from '../../../src/workflows/stories/droppay-pos';
import { payerMaxPort } from '../../../src/workflows/stories/payermax';
import { runPayment } from '../../../src/workflows/payment/run';

type Activities = DropPayActivities & DropPayAcquirerActivities & PayerMaxActivities;
const provider = proxyActivities<Activities>({ startToCloseTimeout: 30_000 });
const nowhere = { webhookUrl: '', returnUrl: '' };

// The stories as nobody may deploy them: each takes the money as soon as the provider knows of the payment.

export function dropPayPos(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, dropPayPosPort, async (payment) => {
    await payment.open((call) => provider.dropPayCreateAuthorization({ ...call, ...nowhere }));
    await payment.capture(provider.dropPayCharge);
  });
}

export function dropPayAcquirer(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, dropPayAcquirerPort, async (payment) => {
    await payment.open((call) => provider.dropPayCreateAcquirerAuthorization({ ...call, ...nowhere }));
    await payment.capture(provider.dropPayGrantAuthorization);
  });
}

export function payerMax(request: PaymentRequest): Promise<Payment> {
  const payer = { country: '', userId: '', paymentToken: '', clientIp: '', userAgent: '' };
  return runPayment(request, payerMaxPort, async (payment) => {
    await payment.open((call) => provider.payerMaxApplySession({ ...call, ...payer }));
    await payment.capture((call) =>
      provider.payerMaxOrderAndPay({
        ...call,
        ...payer,
        ...nowhere,
        sessionKey: '',
        expireTimeSeconds: 1_800,
      }),
    );
  });
}
