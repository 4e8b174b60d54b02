import { exponentOf } from './currency';

/** An amount in the currency's ISO 4217 minor unit: 1250 EUR is 12.50 euro, 1250 CLP is 1250 pesos. */
export interface Money {
  amount: number;
  currency: string;
}

/** Raised when an amount cannot be written or read without rounding. Nothing here ever rounds. */
export class InexactAmountError extends RangeError {
  override name = 'InexactAmountError';
}

/**
 * Writes minor units as decimal text with exactly `decimals` digits after the point, the way one provider wants it.
 *
 * @param amount integer in ISO 4217 minor units
 * @param decimals how many decimals the provider takes; by default those of ISO 4217
 * @throws InexactAmountError when the provider's decimals cannot hold the amount (KWD 1.234 with two decimals)
 */
export function toDecimalText(amount: number, currency: string, decimals = exponentOf(currency)): string {
  assertMinorUnits(amount);
  const iso = exponentOf(currency);
  const digits = rescale(BigInt(amount), iso, decimals, `${amount} ${currency} in minor units`).toString();
  if (decimals === 0) return digits;
  const padded = digits.padStart(decimals + 1, '0');
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}

/**
 * Reads a provider's decimal amount, a JSON number or numeric text, into ISO 4217 minor units.
 *
 * @throws InexactAmountError when it is not a plain decimal, is negative, or is finer than the minor unit
 */
export function fromDecimal(value: number | string, currency: string): number {
  const text = typeof value === 'number' ? plainDecimal(value) : value.trim();
  const match = /^(\d{1,15})(?:\.(\d+))?$/.exec(text);
  if (!match) throw new InexactAmountError(`"${text}" is not a plain non-negative decimal amount`);
  const fraction = match[2] ?? '';
  const minor = rescale(
    BigInt(match[1] + fraction),
    fraction.length,
    exponentOf(currency),
    `${text} ${currency}`,
  );
  if (minor > BigInt(Number.MAX_SAFE_INTEGER))
    throw new InexactAmountError(`${text} ${currency} is too large`);
  return Number(minor);
}

/** Human text of an amount, for summaries and pages: `12.50 EUR`. */
export function describeMoney({ amount, currency }: Money): string {
  return `${toDecimalText(amount, currency)} ${currency}`;
}

function assertMinorUnits(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new InexactAmountError(`${amount} is not a whole, non-negative number of minor units`);
  }
}

function rescale(value: bigint, from: number, to: number, what: string): bigint {
  if (to >= from) return value * 10n ** BigInt(to - from);
  const divisor = 10n ** BigInt(from - to);
  if (value % divisor !== 0n) throw new InexactAmountError(`${what} cannot be written with ${to} decimals`);
  return value / divisor;
}

function plainDecimal(value: number): string {
  const text = String(value);
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new InexactAmountError(`${text} is not a plain non-negative decimal amount`);
  return text;
}
