import { type Payment, referenceAtProvider } from '../../src/domain/payment';
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

/** Fields of the payment object that say something else than the truth (docs/providers/$id$.md §2). */
const lies = {
  amount: notWritten('lies: the field that tells another amount'),
  currency: notWritten('lies: the field that tells another currency'),
  reference: notWritten('lies: the field that tells another reference'),
  status: notWritten('lies: the field that tells a state nobody documents'),
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
  openLies: lies,
  settlesSoon: false,
};
