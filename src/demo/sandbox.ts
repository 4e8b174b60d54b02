import type { ProviderId } from '../domain/payment';
import type { Refund } from '../domain/refund';

/** What a provider's own books say of one payment; amounts in minor units. */
export interface Books {
  charges: { amountMinor: number }[];
  refunds: { amountMinor: number; status?: string }[];
}

const COMPANIES: Readonly<Record<ProviderId, string>> = {
  'droppay-pos': 'droppay',
  'droppay-acquirer': 'droppay',
  payermax: 'payermax',
  pomelo: 'pomelo',
  etpay: 'etpay',
};

/** The sandbox's control: what a payer would do by hand, and the companies' books. */
export class SandboxControl {
  constructor(private readonly url: string) {}

  /** @throws Error with the sandbox's words when it refuses */
  async call<T = unknown>(method: 'GET' | 'POST', path: string): Promise<T> {
    const response = await fetch(`${this.url}/control${path}`, {
      method,
      ...(method === 'POST' && { headers: { 'content-type': 'application/json' }, body: '{}' }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the sandbox answered ${response.status} to ${method} ${path}: ${text}`);
    return JSON.parse(text) as T;
  }

  books(provider: ProviderId, reference: string): Promise<Books> {
    return this.call('GET', `/${COMPANIES[provider]}/ledger?reference=${reference}`);
  }
}

/** Whether the books hold exactly what a payment says of itself: one charge of its amount when money came, none otherwise. */
export function booksAgree(
  { charges, refunds }: Books,
  payment: { amountReceived: number },
  refund: Pick<Refund, 'amount'> | null,
): boolean {
  const amounts = (entries: { amountMinor: number }[]) => entries.map(({ amountMinor }) => amountMinor).join();
  const charged = payment.amountReceived > 0 ? [{ amountMinor: payment.amountReceived }] : [];
  const refunded = refund ? [{ amountMinor: refund.amount }] : [];
  return amounts(charges) === amounts(charged) && amounts(refunds) === amounts(refunded);
}
