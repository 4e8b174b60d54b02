import { proxyActivities } from '@temporalio/workflow';
import type { DropPayAcquirerActivities, DropPayActivities } from '../../../src/providers/droppay/activities';
import type { EtPayActivities } from '../../../src/providers/etpay/activities';
import type { PayerMaxActivities } from '../../../src/providers/payermax/activities';
import type { PomeloActivities } from '../../../src/providers/pomelo/activities';
import type { Payment, PaymentRequest } from '../../../src/domain/payment';
import { dropPayAcquirerPort } from '../../../src/workflows/stories/droppay-acquirer';
import { dropPayPosPort } from '../../../src/workflows/stories/droppay-pos';
import { etPayPort } from '../../../src/workflows/stories/etpay';
import { payerMaxPort } from '../../../src/workflows/stories/payermax';
import { runPayment } from '../../../src/workflows/payment/run';
import { pomeloPort } from '../../../src/workflows/stories/pomelo';

type Activities = DropPayActivities &
  DropPayAcquirerActivities &
  PayerMaxActivities &
  PomeloActivities &
  EtPayActivities;
const provider = proxyActivities<Activities>({ startToCloseTimeout: 30_000 });
const nowhere = { webhookUrl: '', returnUrl: '' };

// The stories as nobody may deploy them: each waits for the payer, or the backend, before the provider knows of the payment.

export function dropPayPos(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, dropPayPosPort, async (payment) => {
    await payment.untilAuthorized();
    await payment.open((call) => provider.dropPayCreateAuthorization({ ...call, ...nowhere }));
    await payment.capture(provider.dropPayCharge);
  });
}

export function dropPayAcquirer(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, dropPayAcquirerPort, async (payment) => {
    await payment.untilConfirmed();
    await payment.open((call) => provider.dropPayCreateAcquirerAuthorization({ ...call, ...nowhere }));
    await payment.capture(provider.dropPayGrantAuthorization);
  });
}

export function payerMax(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, payerMaxPort, async (payment) => {
    await payment.untilConfirmed();
    await payment.open((call) => provider.payerMaxApplySession({ ...call, country: '', userId: '' }));
  });
}

export function pomelo(request: PaymentRequest): Promise<Payment> {
  const { expiresAt } = request;
  return runPayment(request, pomeloPort, async (payment) => {
    await payment.untilPaid();
    await payment.open((call) =>
      provider.pomeloCreateTransaction({ ...call, ...nowhere, expiresAt, triedBefore: false }),
    );
  });
}

export function etpay(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, etPayPort, async (payment) => {
    await payment.untilPaid();
    await payment.open((call) => provider.etPayInitializeSession({ ...call, ...nowhere, options: {} }));
  });
}
