import type { Endpoint } from '../endpoint';
import { cancelPayment } from './cancel-payment';
import { confirmPayment } from './confirm-payment';
import { createPayment } from './create-payment';
import { createRefund } from './create-refund';
import { getPayment } from './get-payment';
import { getPaymentTimeline, listPaymentEvents } from './get-payment-timeline';
import { getRefund } from './get-refund';
import { listPayments } from './list-payments';
import { listRefunds } from './list-refunds';
import { recheckPayment } from './recheck-payment';
import { resolvePayment } from './resolve-payment';
import { resolveRefund } from './resolve-refund';

/** Every endpoint of `/v1`, in the order in which they are shown. */
export const ENDPOINTS: readonly Endpoint[] = [
  createPayment,
  listPayments,
  getPayment,
  confirmPayment,
  cancelPayment,
  recheckPayment,
  resolvePayment,
  getPaymentTimeline,
  listPaymentEvents,
  listRefunds,
  createRefund,
  getRefund,
  resolveRefund,
];
