import type { Capabilities } from '../domain/capabilities';
import type { ProviderId } from '../domain/payment';
import { DROPPAY_ACQUIRER_CAPABILITIES, DROPPAY_POS_CAPABILITIES } from './droppay/capabilities';
import { ETPAY_CAPABILITIES } from './etpay/capabilities';
import { PAYERMAX_CAPABILITIES } from './payermax/capabilities';
import { POMELO_CAPABILITIES } from './pomelo/capabilities';

/** What each provider can take; checked before anything is started. Workflows use it too: nothing but domain is behind it. */
export const CAPABILITIES: Readonly<Record<ProviderId, Capabilities>> = {
  'droppay-pos': DROPPAY_POS_CAPABILITIES,
  'droppay-acquirer': DROPPAY_ACQUIRER_CAPABILITIES,
  payermax: PAYERMAX_CAPABILITIES,
  pomelo: POMELO_CAPABILITIES,
  etpay: ETPAY_CAPABILITIES,
};

/** What a provider can take and do, in general terms. */
export function capabilitiesOf(provider: ProviderId): Capabilities {
  return CAPABILITIES[provider];
}
