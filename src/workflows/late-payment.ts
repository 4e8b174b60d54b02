import type { ClosedPayment } from '../contract/workflow';
import type { Payment } from '../domain/payment';
import { runLatePayment } from './payment/run';
import { PORTS } from './stories';

const HOUR_MS = 3_600_000;

/**
 * A callback came for a payment whose workflow has closed: asks the provider, and raises `needs_review` when the truth has
 * changed. Otherwise it looks for an hour and closes.
 */
export function latePayment(closed: ClosedPayment): Promise<Payment> {
  return runLatePayment(closed, PORTS[closed.payment.provider], HOUR_MS);
}
