import { referenceAtProvider } from '../../src/domain/payment';
import { conformance } from './conformance';

conformance({
  provider: 'droppay-acquirer',
  company: 'droppay',
  order: { amount: 1250, currency: 'EUR', connection: 'quick', expiresInSeconds: 60 },
  calls: { open: 'create', read: 'read', take: 'patch', stop: 'delete' },
  pay: async (world, { id }) => {
    await world.api.confirm(id);
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
  skips: {
    declined: 'the terminal, not DropPay, declines: the backend cancels then',
    refunded: 'DropPay Acquirer has no refunds',
    'paid after the end': 'only our own PATCH pays, and it is never sent after the end',
  },
});
