import type { ProviderId } from './payment';

/** What one provider can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export interface Capabilities {
  currencies: readonly string[];
  minAmount: number;
  maxAmount: number;
  expiry: { default: number; min: number; max: number };
  /** Whether the provider can be told to stop a payment that has not been paid. */
  cancel: boolean;
  /** Whether the backend confirms the payment with a word of its own. */
  confirm: boolean;
}

/** What each provider can take; checked before anything is started. */
export const CAPABILITIES: Readonly<Record<ProviderId, Capabilities>> = {
  'droppay-pos': {
    currencies: ['EUR'],
    minAmount: 1,
    // [assumed] No source states DropPay's bounds: docs/providers/droppay.md §5 (amount) and §7 (expiry).
    maxAmount: 99_999_999,
    expiry: { default: 900, min: 60, max: 86_400 },
    cancel: true,
    confirm: false,
  },
};
