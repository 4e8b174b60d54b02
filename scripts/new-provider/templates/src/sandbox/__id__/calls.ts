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

/** The names that faults know the calls by. */
//: hosted-page
export const CALL_NAMES = ['create', 'read'] as const;
//: form
export const CALL_NAMES = ['create', 'read', 'capture'] as const;
//: reserve-and-capture
export const CALL_NAMES = ['create', 'read', 'capture', 'void'] as const;
//: all
type CallName = (typeof CALL_NAMES)[number];

/** What each call does, and where docs/providers/$id$.md says so. */
const WORK: Readonly<Record<CallName, string>> = {
  create: 'refuse what §3.1 does not allow, keep the payment, answer as §3.1',
  read: 'answer the payment as §3.2',
  //: form reserve-and-capture
  capture: 'take the money once, write down the charge, answer as §3.5',
  //: reserve-and-capture
  void: 'give up what is reserved, answer as §3.4',
  //: all
};

/** $Name$'s calls (docs/providers/$id$.md §3). Write each of them in the place of `unwritten`. */
export function $camel$Calls(services: CallServices): Record<CallName, CompanyCall> {
  return {
    create: unwritten('create', services),
    read: unwritten('read', services),
    //: form reserve-and-capture
    capture: unwritten('capture', services),
    //: reserve-and-capture
    void: unwritten('void', services),
    //: all
  };
}

function unwritten(name: CallName, services: CallServices): CompanyCall {
  return {
    name,
    describe: (call) =>
      notWritten(name, 'whom the call concerns, reference and clientId: docs/providers/$id$.md §3', call),
    apply: (call) => notWritten(name, `${WORK[name]} of docs/providers/$id$.md`, services, call),
  };
}
