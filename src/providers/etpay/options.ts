import { z } from 'zod';

/**
 * What a backend may add to a payment at ETpay as `providerOptions` (docs/providers/etpay.md §3.1). All of it only
 * shortens the payer's way through the hosted page.
 */
export const etPayOptionsSchema = z.strictObject({
  /** Opens the page at this bank: `cl_santander`. Any case; sent in lower case. */
  userBankCode: z
    .string()
    .regex(/^[a-z]{2}_[a-z0-9_]{1,40}$/i, 'must be a bank code such as cl_santander')
    .toLowerCase()
    .optional(),
  /** The payer's tax id (Chile), digits and check digit without dots or hyphen. Personal data. */
  userRut: z
    .string()
    .regex(/^\d{7,8}[\dKk]$/, 'must be a RUT without dots and hyphen, such as 111111111')
    .optional(),
  /** How to pay in Mexico. */
  targetFlow: z.enum(['codi', 'spei']).optional(),
});

/** A phone number as ETpay takes it, ten Mexican digits; undefined when it is none (docs/providers/etpay.md §3.1). */
export function mexicanPhone(phone: string | undefined): string | undefined {
  const digits = phone?.replace(/[\s().-]/g, '').replace(/^\+52/, '');
  return digits !== undefined && /^\d{10}$/.test(digits) ? digits : undefined;
}
