import type { ProblemCode } from '../contract/problem';
import type { RefusalCode } from '../contract/workflow';
import { Problem } from './problem';
import { refusalOf } from './temporal-errors';

/** What a workflow may refuse an update for. */
const REFUSABLE: readonly string[] = [
  'not_cancellable',
  'not_confirmable',
  'not_refundable',
  'refund_too_large',
  'nothing_to_resolve',
  'invalid_request',
  'rate_limited',
] satisfies RefusalCode[];

/** Makes a Problem of an update that a workflow refused: the type of the refusal is the API's error code. */
export async function asProblems<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal || !REFUSABLE.includes(refusal.code)) throw error;
    throw new Problem(refusal.code as ProblemCode, refusal.message, {
      headers: refusal.code === 'rate_limited' ? { 'Retry-After': '60' } : {},
    });
  }
}
