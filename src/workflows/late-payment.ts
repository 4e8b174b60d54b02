import type { ClosedPayment } from '../contract/workflow';
import type { Payment } from '../domain/payment';
import { runPayment } from './payment';
import { PORTS } from './stories/index';

const HOUR_MS = 3_600_000;

/**
 * A callback came for a payment whose workflow has closed: asks the provider, and raises `needs_review` when the truth has
 * changed. Otherwise it looks for an hour and closes.
 */
export function latePayment({ request, payment, private: hidden }: ClosedPayment): Promise<Payment> {
  return runPayment(request, PORTS[payment.provider], (late) => late.lookAgain(HOUR_MS), {
    payment,
    private: hidden,
  });
}
