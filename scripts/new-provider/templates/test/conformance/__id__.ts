import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import type { Lies } from './lies';
import type { ProviderUnderTest, Stage } from './providers';

/** What the payer, or time, does to the payment at the stand-in (src/sandbox/$id$/control.ts). */
const act =
  (verb: string) =>
  async (stage: Stage, { id, failure }: Payment): Promise<void> => {
    if (failure) throw new Error(`the payment failed before the payer came: ${failure.message}`);
    await stage.control('POST', `/$id$/payments/${referenceAtProvider(id)}/${verb}`);
  };

/** Fails the case that sends it, and that case alone. */
const notWritten = (what: string): object => ({
  toJSON(): never {
    throw new Error(`not written yet: test/conformance/$id$.ts, ${what}`);
  },
});

/**
 * Fields of the payment object that say something else than the truth (docs/providers/$id$.md §2), and what that must come
 * to. Those of the answers to `open` go beside `read`, once it is known what comes of them.
 */
const lies: Lies = {
  read: {
    amount: {
      body: notWritten('lies: the field that tells another amount'),
      end: { review: 'amount_mismatch', charges: 1 },
    },
    currency: {
      body: notWritten('lies: the field that tells another currency'),
      end: { review: 'currency_mismatch', charges: 1 },
    },
    reference: {
      body: notWritten('lies: the field that tells another reference'),
      end: { review: 'reference_mismatch', charges: 1 },
    },
    status: {
      body: notWritten('lies: the field that tells a state nobody documents'),
      times: 1,
      end: { unclear: 'succeeded' },
    },
  },
};

/** $Name$'s data for the suite. A case that it cannot have goes into `skips`, with the reason. */
export const $camel$: ProviderUnderTest = {
  provider: '$id$',
  company: '$id$',
  order: { amount: 1250, currency: 'EUR' },
  calls: { open: 'create', read: 'read' },
  pay: act('approve'),
  decline: act('decline'),
  expire: act('expire'),
  payLate: act('pay-late'),
  lies,
  settlesSoon: false,
};
