import { referenceAtProvider } from '../../src/domain/payment';
import { conformance } from './conformance';

conformance({
  provider: 'etpay',
  company: 'etpay',
  order: { amount: 15990, currency: 'CLP' },
  calls: { open: 'initialize', read: 'status' },
  pay: async (world, { id }) => {
    await world.control('POST', `/etpay/payments/${referenceAtProvider(id)}/approve`);
  },
  decline: async (world, { id }) => {
    await world.control('POST', `/etpay/payments/${referenceAtProvider(id)}/refuse`);
  },
  payLate: async (world, { id }) => {
    await world.control('POST', `/etpay/payments/${referenceAtProvider(id)}/pay-late`);
  },
  lies: {},
  settlesSoon: false,
  skips: {
    expired: 'the shortest session lives 30 minutes: told in skipped time',
    cancelled: 'ETpay cannot be told to stop',
    refunded: 'ETpay has no refund call',
    'paid after the end': 'needs an expiry: told in skipped time',
  },
});
