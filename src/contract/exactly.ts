import type { z } from 'zod';

/** True only when neither type has a field, a literal, a null or a `?` that the other has not. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

interface Differs {
  'what this schema reads is not exactly the type': never;
}

/**
 * Gives a schema back, and compiles only when what it reads is exactly `T`: the types of `domain`, which knows no zod, and what
 * the API says of itself can then not drift apart. As in `exactly<Payment>()(z.strictObject({ … }))`.
 */
export function exactly<T>() {
  return <Schema extends z.ZodType>(
    schema: Schema & (Same<z.output<Schema>, T> extends true ? unknown : Differs),
  ): Schema => schema;
}
