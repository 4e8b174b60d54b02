import { referenceAtProvider } from '../../src/domain/payment';
import { conformance } from './conformance';

conformance({
  provider: 'pomelo',
  company: 'pomelo',
  order: { amount: 2000, currency: 'GBP' },
  calls: { open: 'create', read: 'read' },
  pay: async (world, { id }) => {
    await world.control('POST', `/pomelo/payments/${referenceAtProvider(id)}/approve`);
  },
  decline: async (world, { id }) => {
    await world.control('POST', `/pomelo/payments/${referenceAtProvider(id)}/fail`);
  },
  expire: async (world, { id }) => {
    await world.control('POST', `/pomelo/payments/${referenceAtProvider(id)}/expire`);
  },
  payLate: async (world, { id }) => {
    await world.control('POST', `/pomelo/payments/${referenceAtProvider(id)}/pay-late`);
  },
  lies: {
    amount: { amount: 9950 },
    currency: { currency: 'EUR' },
    reference: { localId: 'payother' },
    status: { state: 'SOMETHING' },
  },
  settlesSoon: false,
  skips: {
    cancelled: 'Pomelo cannot be told to stop',
    refunded: 'Pomelo refunds at its dashboard only',
  },
});
