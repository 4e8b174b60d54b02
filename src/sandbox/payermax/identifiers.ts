import { randomBytes, randomInt } from 'node:crypto';

/** A number such as `T2024112003580200000001`: prefix, date and time, eleven digits. */
export function newNumber(prefix: 'T' | 'C' | 'R', nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/\D/g, '').slice(0, 14);
  const tail = Array.from({ length: 11 }, () => randomInt(10)).join('');
  return `${prefix}${time}${tail}`;
}

/** An unguessable key such as `sk_…`, at most 64 characters. */
export function newKey(prefix: 'sk' | 'ck' | 'ptok'): string {
  return `${prefix}_${randomBytes(16).toString('hex')}`;
}
