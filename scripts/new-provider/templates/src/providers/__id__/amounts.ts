import { notWritten } from './not-written';

/**
 * The amount as $Name$ wants it (docs/providers/$id$.md §5).
 *
 * @param amountMinor ISO 4217 minor units
 * @throws InexactAmountError when it cannot be told exactly
 */
export function amountText(amountMinor: number, currency: string): string {
  return notWritten(
    'amountText',
    'how an amount is written (toDecimalText of src/domain/money.ts), docs/providers/$id$.md §5',
    amountMinor,
    currency,
  );
}

/**
 * An amount of $Name$'s in ISO 4217 minor units (docs/providers/$id$.md §5).
 *
 * @throws RangeError when it cannot be read exactly
 */
export function minorUnitsOf(amount: string | number, currency: string): number {
  return notWritten(
    'minorUnitsOf',
    'how an amount is read (fromDecimal of src/domain/money.ts), docs/providers/$id$.md §5',
    amount,
    currency,
  );
}
