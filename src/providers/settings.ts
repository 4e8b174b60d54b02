import { z } from 'zod';

/**
 * The setting for an address that paths are put behind. It may end with a slash.
 *
 * @param example shown when something else is given
 */
export const httpAddress = (example: string) =>
  z
    .url({
      protocol: /^https?$/,
      error: `must be an http(s) address such as ${example}`,
      abort: true,
    })
    .refine((url) => !new URL(url).username && !new URL(url).password, 'must not hold a user or password')
    .refine((url) => !/[?#]/.test(url), 'must not hold a query or fragment');

/** The setting for how long a call or its connection may take, in milliseconds. */
export const timeoutMs = (max: number) => z.number().int().positive().max(max);
