import type { ProviderId } from '../../domain/payment';
import { dropPayAcquirerPort } from './droppay-acquirer';
import { dropPayPosPort } from './droppay-pos';
import { etPayPort } from './etpay';
import { payerMaxPort } from './payermax';
import { pomeloPort } from './pomelo';
import type { ProviderPort } from '../provider-port';

/** How each provider is asked, for workflows that serve all of them. */
export const PORTS: Readonly<Record<ProviderId, ProviderPort>> = {
  'droppay-pos': dropPayPosPort,
  'droppay-acquirer': dropPayAcquirerPort,
  payermax: payerMaxPort,
  pomelo: pomeloPort,
  etpay: etPayPort,
};
