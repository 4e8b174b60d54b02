import { referenceAtProvider } from '../../src/domain/payment';
import { conformance } from './conformance';

conformance({
  provider: 'droppay-pos',
  company: 'droppay',
  order: { amount: 1250, currency: 'EUR', connection: 'quick', expiresInSeconds: 60 },
  calls: { open: 'create', read: 'read', take: 'charge', stop: 'delete', refund: 'refund' },
  pay: async (world, { id }) => {
    await world.control('POST', `/droppay/authorizations/${referenceAtProvider(id)}/approve`);
  },
  decline: async (world, { id }) => {
    await world.control('POST', `/droppay/authorizations/${referenceAtProvider(id)}/refuse`);
  },
  expire: async (world, { id }) => {
    await world.control('POST', `/droppay/authorizations/${referenceAtProvider(id)}/expire`);
  },
  lies: {
    amount: { charge_amount: 99.5 },
    reference: { merchant_custom_id: 'payother' },
    status: { status: 'SOMETHING' },
  },
  settlesSoon: true,
  unreadableMeansPaid: true,
  skips: { 'paid after the end': 'an ended authorization cannot be charged, and only we charge' },
});
