import type { CompanyCall } from '../call-serving';
import type { SandboxClock } from '../clock';
import type { WebhookDelivery } from '../webhook-delivery';
import type { Accounts } from './accounts';
import type { Ledger } from './ledger';
import { notWritten } from './not-written';

export interface CallServices {
  readonly clock: SandboxClock;
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly webhooks: WebhookDelivery;
  readonly publicUrl: () => string;
}

/** $Name$'s calls by the names that faults know them by (docs/providers/$id$.md §3). */
export function $camel$Calls(services: CallServices): Record<'create' | 'read', CompanyCall> {
  return {
    create: {
      name: 'create',
      describe: (call) =>
        notWritten(
          'create',
          'whom the call concerns, reference and clientId: docs/providers/$id$.md §3.1',
          call,
        ),
      apply: (call) =>
        notWritten(
          'create',
          'refuse what docs/providers/$id$.md §3.1 does not allow, keep the payment, answer as §3.1',
          services,
          call,
        ),
    },
    read: {
      name: 'read',
      describe: (call) =>
        notWritten(
          'read',
          'whom the call concerns, reference and clientId: docs/providers/$id$.md §3.2',
          call,
        ),
      apply: (call) =>
        notWritten('read', 'answer the payment as docs/providers/$id$.md §3.2', services, call),
    },
  };
}
