import { referenceAtProvider } from '../../src/domain/payment';

export interface Fault {
  call: 'token' | 'create' | 'read' | 'delete' | 'patch' | 'charge' | 'refund';
  kind: 'status' | 'hang' | 'reset' | 'garbage' | 'slow' | 'wrong_content_type' | 'override';
  /** When the call's effect happens, seen from the fault: before it (a lost answer), after it, or never. */
  apply?: 'before' | 'after' | 'never';
  status?: number;
  ms?: number;
  times?: number | null;
  body?: unknown;
}

export interface WebhookRule {
  drop?: boolean;
  delayMs?: number;
  duplicates?: number;
  reorder?: boolean;
  beforeAnswer?: boolean;
  shape?: string;
  times?: number | null;
}

export interface SandboxLedger {
  authorizations: { id: string; status: string; reference: string | null }[];
  charges: { id: string; amountMinor: number; reference: string | null }[];
  refunds: { id: string; amountMinor: number }[];
}

/** The sandbox as tests steer it: over its control API, one payment at a time so that tests can run side by side. */
export class SandboxControl {
  constructor(private readonly url: string) {}

  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/control${path}`, {
      method,
      ...(method !== 'GET' && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body ?? {}),
      }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`sandbox ${method} ${path}: ${response.status} ${answer}`);
    return JSON.parse(answer) as T;
  }

  /** What the payer does. */
  payer(paymentId: string, act: 'approve' | 'refuse' | 'revoke' | 'expire'): Promise<unknown> {
    return this.call('POST', `/droppay/authorizations/${referenceAtProvider(paymentId)}/${act}`);
  }

  fault(reference: string | null, fault: Fault): Promise<unknown> {
    return this.call('POST', '/droppay/faults', { ...fault, ...(reference && { match: { reference } }) });
  }

  webhooks(reference: string, rule: WebhookRule): Promise<unknown> {
    return this.call('POST', '/droppay/webhooks/rules', { ...rule, match: { reference } });
  }

  ledger(paymentId: string): Promise<SandboxLedger> {
    return this.call('GET', `/droppay/ledger?reference=${referenceAtProvider(paymentId)}`);
  }

  /** How many calls of a kind reached the sandbox. */
  async calls(call: string, paymentId?: string): Promise<number> {
    const query = new URLSearchParams({
      call,
      ...(paymentId && { reference: referenceAtProvider(paymentId) }),
    });
    const { calls } = await this.call<{ calls: unknown[] }>('GET', `/droppay/calls?${query.toString()}`);
    return calls.length;
  }
}
