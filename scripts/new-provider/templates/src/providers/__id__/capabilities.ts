import type { Capabilities } from '../../domain/capabilities';

/** What $Name$ can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export const $CONSTANT$_CAPABILITIES = {
  name: '$Name$',
  // None: until they are filled in, every payment is refused (docs/providers/$id$.md §5).
  currencies: [],
  minAmount: 1,
  maxAmount: 99_999_999,
  decimals: {},
  // docs/providers/$id$.md §7
  expiry: { default: 900, min: 60, max: 86_400 },
  //: hosted-page
  cancel: false,
  confirm: false,
  //: form
  // Nothing can be paid until we take it.
  cancel: true,
  confirm: true,
  //: reserve-and-capture
  cancel: true,
  confirm: false,
  //: all
  refund: 'none',
  seesRefunds: false,
  callbackProof: 'hint',
} as const satisfies Capabilities;
