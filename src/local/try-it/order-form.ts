import { z } from 'zod';
import type { NewPayment } from '../../client/index';
import { capabilitiesOf } from '../../providers/capabilities';
import { fromDecimal, InexactAmountError } from '../../domain/money';
import { PROVIDERS, type ProviderId } from '../../domain/payment';

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

interface Offer {
  currency: string;
  /** What a person should know before choosing it. */
  note: string;
  customer?: NewPayment['customer'];
}

/** What is offered with a provider, where its first currency and name do not say enough. */
const OFFERS: Readonly<Partial<Record<ProviderId, Offer>>> = {
  'droppay-pos': { currency: 'EUR', note: 'approve in the app' },
  'droppay-acquirer': { currency: 'EUR', note: 'the shop confirms its terminal' },
  payermax: {
    currency: 'USD',
    note: 'card form on the checkout page',
    customer: { id: 'try-it', country: 'US' },
  },
  pomelo: { currency: 'GBP', note: 'hosted page' },
  etpay: { currency: 'CLP', note: 'bank transfer, whole pesos' },
};

/** What a choice reads like: `PayerMax, in USD: card form on the checkout page`. */
export function describeOffer(provider: ProviderId): string {
  const { currency, note } = offerOf(provider);
  return `${capabilitiesOf(provider).name}, in ${currency}: ${note}`;
}

function offerOf(provider: ProviderId): Offer {
  return (
    OFFERS[provider] ?? { currency: capabilitiesOf(provider).currencies[0] ?? '', note: 'see its notes' }
  );
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
  const { currency, customer } = offerOf(provider);
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
