import { randomBytes, randomUUID } from 'node:crypto';

/** 24 hexadecimal characters, as in every example (docs/providers/pomelo.md §2). */
export function newTransactionId(): string {
  return randomBytes(12).toString('hex');
}

/** The id of a charge or a refund in the ledger; never on the wire. */
export function newLedgerId(prefix: 'charge' | 'refund'): string {
  return `${prefix}-${randomUUID()}`;
}

export function newNonce(): string {
  return randomBytes(16).toString('hex');
}
