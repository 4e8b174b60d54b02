import { z } from 'zod';

/** Neither control characters nor half a surrogate pair: neither survives every provider and page. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/** Text of one field of a request, 1 to `max` characters; `what` names it in refusals. */
export function text(what: string, max: number) {
  return z
    .string({
      error: (issue) => (issue.input === undefined ? `${what} is required` : `${what} must be text`),
    })
    .min(1, `${what} must have 1 to ${max} characters`)
    .max(max, `${what} must have 1 to ${max} characters`)
    .refine((value) => !UNPRINTABLE.test(value), `${what} must not hold control characters`)
    .refine((value) => value === '' || value.trim() !== '', `${what} must not be blank`);
}

export const WHOLE_AMOUNT =
  'amount must be a positive whole number of minor units, such as 1250 for 12.50 EUR';

/** A point in time. */
export const time = z.iso.datetime({
  offset: true,
  error: 'must be an RFC 3339 time such as 2026-01-31T10:00:00Z',
});

/** One page. `nextCursor` null: there is no more. */
export interface List<T> {
  data: T[];
  nextCursor: string | null;
}
