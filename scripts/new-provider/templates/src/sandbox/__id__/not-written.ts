import { ControlError } from '../control-requests';

/**
 * Stands where something of this stand-in is still to be written. Delete this file when nothing calls it any more.
 *
 * @throws ControlError always: 501, with what is missing
 */
export function notWritten(name: string, what: string, ..._given: unknown[]): never {
  throw new ControlError(501, `The stand-in for $Name$, ${name}: not written yet: ${what}`);
}
