import { isCurrency } from '../../src/domain/currency';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Every code that the table knows, found by asking it. */
export const EVERY_CURRENCY: readonly string[] = LETTERS.flatMap((first) =>
  LETTERS.flatMap((second) => LETTERS.map((third) => first + second + third)),
).filter(isCurrency);
