import type { Capabilities } from '../../domain/capabilities';

/** What both integrations of DropPay have in common. */
const SHARED = {
  currencies: ['EUR'],
  minAmount: 1,
  // [assumed] No source states DropPay's bounds: docs/providers/droppay.md §5 (amount) and §7 (expiry).
  maxAmount: 99_999_999,
  decimals: {},
  expiry: { default: 900, min: 60, max: 86_400 },
  cancel: true,
  seesRefunds: false,
  callbackProof: 'hint',
} as const;

/** What the DropPay device can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export const DROPPAY_POS_CAPABILITIES = {
  ...SHARED,
  name: 'DropPay',
  confirm: false,
  refund: 'once',
} as const satisfies Capabilities;

/** What the Acquirer device can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export const DROPPAY_ACQUIRER_CAPABILITIES = {
  ...SHARED,
  name: 'DropPay Acquirer',
  confirm: true,
  refund: 'none',
} as const satisfies Capabilities;
