import type { Refund } from './refund';

/**
 * Ids of a refund that the provider shows under a name of its own, in our alphabet. One that was turned down may be asked for
 * again under the same name (docs/providers/pomelo.md §3.5): that is another refund, with the next id.
 *
 * @returns `id`: the last refund that has that name, or the first that will; `nextId`: the one after it
 */
export function idsOfSeen(
  paymentId: string,
  providerReference: string,
  refunds: readonly Refund[],
): { id: string; nextId: string } {
  const name = providerReference
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(-24);
  const first = `re_${paymentId.slice(4)}${name}`;
  let id = first;
  let times = 2;
  while (refunds.some((refund) => refund.id === `${first}${times}`)) id = `${first}${times++}`;
  return { id, nextId: `${first}${times}` };
}
