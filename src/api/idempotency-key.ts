import { IDEMPOTENCY_KEY } from '../contract/http';
import { Problem } from './problem';

/**
 * The Idempotency-Key header.
 * @throws Problem idempotency_key_missing or idempotency_key_invalid
 */
export function readIdempotencyKey(key: string | undefined): string {
  if (key === undefined) {
    throw new Problem(
      'idempotency_key_missing',
      'send an Idempotency-Key header: the same key never moves money twice',
    );
  }
  if (!IDEMPOTENCY_KEY.test(key)) {
    throw new Problem('idempotency_key_invalid', 'Idempotency-Key must be 1 to 255 visible ASCII characters');
  }
  return key;
}
