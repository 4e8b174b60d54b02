import { z } from 'zod';
import type { NewPayment } from '../../client/index';
import { fromDecimal, InexactAmountError } from '../../domain/money';
import { PROVIDERS, type ProviderId } from '../../domain/payment';
import { capabilitiesOf } from '../../providers/capabilities';
import { STORIES, type Story } from '../demo/stories';

/** The form as a person filled it in. */
export interface OrderForm {
  provider: string;
  /** Decimal text in the provider's currency: `12.50`. */
  amount: string;
  reference: string;
  description: string;
  /** Made with the page: sending the form twice is one payment. */
  key: string;
}

/** What a choice reads like: `PayerMax, in USD: the payer pays by card`. */
export function describeOffer(provider: ProviderId): string {
  const { order, payer } = offerOf(provider);
  return `${capabilitiesOf(provider).name}, in ${order.currency}: the payer ${payer}`;
}

/** The demo's first payment with the provider: it shows a currency that is taken, and the customer that is needed. */
function offerOf(provider: ProviderId): Story {
  const story = STORIES.find(({ order }) => order.provider === provider);
  if (!story) throw new Error(`the demo has no payment with ${provider}`);
  return story;
}

/** The form was not filled in so that it can be sent. The message is for the person. */
export class FormError extends Error {
  override name = 'FormError';
}

const text = z.string().trim().default('');
const fieldsSchema = z.object({
  provider: text,
  amount: text,
  reference: text,
  description: text,
  key: text,
});

/** The fields as they came, so that they can be shown again; whatever is missing is empty. */
export function readOrderForm(body: unknown): OrderForm {
  return fieldsSchema.parse(body ?? {});
}

/**
 * The payment that the form asks for.
 * @throws FormError when the provider is none or the amount cannot be read; the rest is the API's to judge
 */
export function orderOf(form: OrderForm, returnUrl: string): NewPayment {
  const provider = PROVIDERS.find((id) => id === form.provider);
  if (!provider) throw new FormError('Choose a provider.');
  const { currency, customer } = offerOf(provider).order;
  return {
    ...{ provider, currency, returnUrl, reference: form.reference, description: form.description },
    amount: minorUnits(form.amount, currency),
    ...(customer && { customer }),
  };
}

/**
 * Decimal text as minor units.
 * @throws FormError when it is none, or finer than the currency
 */
export function minorUnits(amount: string, currency: string): number {
  try {
    return fromDecimal(amount.replace(',', '.'), currency);
  } catch (error) {
    if (!(error instanceof InexactAmountError)) throw error;
    throw new FormError(`The amount cannot be taken: ${error.message}.`, { cause: error });
  }
}
