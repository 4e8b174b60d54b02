import type { ProviderId } from '../../domain/payment';
import type { ProviderPort } from '../payment/provider-port';
import { dropPayAcquirerPort } from './droppay-acquirer';
import { dropPayPosPort } from './droppay-pos';
import { etPayPort } from './etpay';
import { payerMaxPort } from './payermax';
import { pomeloPort } from './pomelo';

export { dropPayAcquirer } from './droppay-acquirer';
export { dropPayPos } from './droppay-pos';
export { etpay } from './etpay';
export { payerMax } from './payermax';
export { pomelo } from './pomelo';

/** How each provider is asked, for workflows that serve all of them. */
export const PORTS: Readonly<Record<ProviderId, ProviderPort>> = {
  'droppay-pos': dropPayPosPort,
  'droppay-acquirer': dropPayAcquirerPort,
  payermax: payerMaxPort,
  pomelo: pomeloPort,
  etpay: etPayPort,
};
