import { describeMoney } from './money';
import type { Payment } from './payment';

/** One line that tells a person which payment this is. Holds no personal data. */
export function describePayment({
  amount,
  currency,
  provider,
  reference,
}: Pick<Payment, 'amount' | 'currency' | 'provider' | 'reference'>): string {
  return `${describeMoney({ amount, currency })} · ${provider} · ${reference}`;
}
