import { z } from 'zod';
import { PayerMaxRefusal } from './errors';

/** Test cards (docs/providers/payermax.md §11); any other number of the right format works too. */
export const TEST_CARDS = {
  visa: { cardNumber: '4444333322221111', cvv: '123' },
  mastercard: { cardNumber: '5555555555554444', cvv: '357' },
} as const;

/** What the payer types into the form. */
export const cardFormSchema = z.strictObject({
  cardNumber: z.string(),
  cvv: z.string(),
  /** Two digits. */
  cardExpirationMonth: z.string(),
  /** Two or four digits. */
  cardExpirationYear: z.string(),
  cardHolderFullName: z.string().default(''),
  agreementAccepted: z.boolean().default(false),
});

export type CardForm = z.infer<typeof cardFormSchema>;

/** What is kept of a card: never its whole number, never its CVV. */
export interface Card {
  readonly org: string;
  readonly bin: string;
  readonly last4: string;
  readonly masked: string;
  readonly holder: string;
  readonly expirationMonth: string;
  readonly expirationYear: string;
  readonly agreementAccepted: boolean;
}

/** The card of a filled form; refuses what has not the format of one. Only the format counts (§11). */
export function cardOf(form: CardForm, nowMs: number): Card {
  const number = form.cardNumber.replace(/[ -]/g, '');
  if (!/^\d{13,19}$/.test(number) || !passesLuhn(number)) {
    throw new PayerMaxRefusal('CARD_INVALID', 'The card number is not valid.');
  }
  const year =
    form.cardExpirationYear.length === 2 ? `20${form.cardExpirationYear}` : form.cardExpirationYear;
  if (!isLiveMonth(form.cardExpirationMonth, year, nowMs)) {
    throw new PayerMaxRefusal('CARD_EXPIRE_DATE_INVALID', 'The expiry date is not valid.');
  }
  const org = orgOf(number);
  if (!(org === 'AMEX' ? /^\d{4}$/ : /^\d{3}$/).test(form.cvv)) {
    throw new PayerMaxRefusal('CVV_INVALID', 'The security code is not valid.');
  }
  return {
    org,
    bin: number.slice(0, 6),
    last4: number.slice(-4),
    masked: `${number.slice(0, 6)}******${number.slice(-4)}`,
    holder: form.cardHolderFullName,
    expirationMonth: form.cardExpirationMonth,
    expirationYear: year,
    agreementAccepted: form.agreementAccepted,
  };
}

function isLiveMonth(month: string, year: string, nowMs: number): boolean {
  if (!/^(0[1-9]|1[0-2])$/.test(month) || !/^20\d\d$/.test(year)) return false;
  // Month numbers count from 0, so this is the first instant after the month.
  return Date.UTC(Number(year), Number(month)) > nowMs;
}

function passesLuhn(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function orgOf(number: string): string {
  if (number.startsWith('4')) return 'VISA';
  if (/^3[47]/.test(number)) return 'AMEX';
  if (/^[25]/.test(number)) return 'MASTERCARD';
  return 'OTHER';
}
