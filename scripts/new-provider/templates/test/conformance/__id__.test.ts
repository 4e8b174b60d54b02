import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { conformance } from './conformance';
import type { World } from './world';

/** What the payer, or time, does to the payment at the stand-in (src/sandbox/$id$/control.ts). */
const act =
  (verb: string) =>
  async (world: World, { id }: Payment): Promise<void> => {
    await world.control('POST', `/$id$/payments/${referenceAtProvider(id)}/${verb}`);
  };

/** Fails the case that sends it, and that case alone. */
const notWritten = (what: string): object => ({
  toJSON(): never {
    throw new Error(`not written yet: test/conformance/$id$.test.ts, ${what}`);
  },
});

// A case that $Name$ cannot have goes into `skips`, with the reason.
conformance({
  provider: '$id$',
  company: '$id$',
  order: { amount: 1250, currency: 'EUR' },
  calls: { open: 'create', read: 'read' },
  pay: act('approve'),
  decline: act('decline'),
  expire: act('expire'),
  payLate: act('pay-late'),
  lies: {
    amount: notWritten(
      'lies: the field of the read answer that tells another amount, docs/providers/$id$.md §2',
    ),
    currency: notWritten('lies: the field that tells another currency, docs/providers/$id$.md §2'),
    reference: notWritten('lies: the field that tells another reference, docs/providers/$id$.md §2'),
    status: notWritten('lies: the field that tells a state nobody documents, docs/providers/$id$.md §2'),
  },
  settlesSoon: false,
});
