import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../exact-json';
import type { Account } from './accounts';

/** Our model: the company publishes no states (docs/providers/etpay.md §2). */
export type SessionState = 'CREATED' | 'IN_FUNNEL' | 'PAID' | 'FAILED' | 'EXPIRED';

/** A payment session; amounts are whole pesos as on the wire, instants epoch milliseconds. */
export interface Session {
  readonly token: string;
  readonly signatureToken: string;
  readonly account: Account;
  readonly orderId: string;
  readonly amount: number;
  readonly state: SessionState;
  readonly completedUrl: string | undefined;
  readonly cancellationUrl: string | undefined;
  readonly webhookUrl: string | undefined;
  readonly concat: string;
  /** The bank at which the funnel opens. */
  readonly bank: string | undefined;
  readonly shown: readonly { readonly name: string; readonly value: string }[];
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly updatedMs: number;
}

/** Why a payment failed. The texts are INVENTED: no source names any (docs/providers/etpay.md §8, §9). */
export const FAILURE_REASONS = {
  refuse: 'bank_refused',
  cancel: 'user_cancelled',
  expire: 'session_expired',
} as const;

/** How a session ended, once; a late success, or a second transfer, makes a further payment. */
export interface Payment {
  readonly token: string;
  readonly sessionToken: string;
  readonly succeeded: boolean;
  /** Empty on success. */
  readonly reason: string;
  /** Whole pesos that were really transferred, or were to be. */
  readonly amount: number;
  /** Undefined when the payer chose none. */
  readonly bank: string | undefined;
  readonly atMs: number;
  /** What is said of this payment instead of the truth (RFC 7396). */
  readonly saidInstead: JsonObject;
}

/** 64 letters and digits, the look of ETpay's tokens (docs/providers/etpay.md §2). */
export function newToken(): string {
  return randomBytes(32).toString('hex');
}
