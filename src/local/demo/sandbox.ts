import type { ProviderId } from '../../domain/payment';
import { companyOf } from '../../providers/index';

/** What a provider's own books say of one payment; amounts in minor units. */
export interface Books {
  charges: { amountMinor: number }[];
  refunds: { amountMinor: number; status?: string }[];
}

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
    if (!response.ok)
      throw new Error(`the sandbox answered ${response.status} to ${method} ${path}: ${text}`);
    return JSON.parse(text) as T;
  }

  books(provider: ProviderId, reference: string): Promise<Books> {
    return this.call('GET', `/${companyOf(provider)}/ledger?reference=${reference}`);
  }
}

/** Whether the books hold exactly this: one charge of all that was received and one refund, none where it is 0 (minor units). */
export function booksAgree({ charges, refunds }: Books, received: number, refunded: number): boolean {
  const holdsOnly = (entries: { amountMinor: number }[], amount: number) =>
    amount === 0 ? entries.length === 0 : entries.length === 1 && entries[0]?.amountMinor === amount;
  return holdsOnly(charges, received) && holdsOnly(refunds, refunded);
}
