import { ProviderError } from '../provider-error';

/**
 * Stands where something of $Name$'s is still to be written. Delete this file when nothing calls it any more.
 *
 * @param name what is missing
 * @param what what it has to do, and where $Name$'s notes say how
 * @throws ProviderError always: a final one, so that no payment waits for it
 */
export function notWritten(name: string, what: string, ..._given: unknown[]): never {
  const message = `not written yet: ${what}`;
  throw new ProviderError({ kind: 'invalid_request', provider: '$Name$', call: name, message });
}
