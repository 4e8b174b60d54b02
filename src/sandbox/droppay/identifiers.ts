import { randomBytes, randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A public id such as `CHTQA45B7PA98`: prefix and ten capitals or digits. */
export function newPublicId(prefix: 'CHT' | 'CHA' | 'CHR'): string {
  return prefix + Array.from({ length: 10 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** 32 hexadecimal characters, the look of DropPay's tokens. */
export function newSecret(): string {
  return randomBytes(16).toString('hex');
}
