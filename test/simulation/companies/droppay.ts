import type { Finding, ProviderCall } from '../../../src/domain/provider-answer';
import type { ActivityEnd } from '../activity-calls';
import { type Call, callOf, Company, referenceOf, REFUSED, UNUSABLE } from './company';

type Status = 'WAITING' | 'GRANTED' | 'REFUSED' | 'REVOKED' | 'CANCELLED';

export interface Authorization {
  id: string;
  status: Status;
  amount: number;
  reference: string;
  charges: number;
}

/** docs/providers/droppay.md §2.4: a pay token lives 180 s, and with it what was sent. */
export const PAY_TOKEN_LIFE_MS = 180_000;
export const SETTLE_MARGIN_MS = 60_000;

const ENDS = {
  REFUSED: { end: 'failed', code: 'payer_refused', message: 'the payer refused' },
  REVOKED: { end: 'failed', code: 'authorization_ended', message: 'the payer withdrew' },
  CANCELLED: { end: 'cancelled', code: 'authorization_ended', message: 'cancelled' },
} as const;

/** Authorizations of either device. */
export abstract class DropPay extends Company {
  protected readonly authorizations = new Map<string, Authorization>();

  protected abstract finding(authorization: Authorization, call: ProviderCall): Finding;

  protected create(call: Call, opened: (id: string) => object): Promise<ActivityEnd> {
    const { amount } = callOf(call);
    const id = `CHT${this.authorizations.size + 1}`;
    if (call.fault === 'refused') return this.reply(call.fault, () => REFUSED);
    const act = () =>
      void this.authorizations.set(id, {
        id,
        status: 'WAITING',
        amount,
        reference: referenceOf(callOf(call)),
        charges: 0,
      });
    if (call.fault === 'unclear') return this.ask('ok', act, () => UNUSABLE);
    return this.ask(call.fault === 'lying_amount' ? 'ok' : call.fault, act, () => opened(id));
  }

  protected read(call: Call): Promise<ActivityEnd> {
    return this.reply(call.fault, () => this.findingOf(callOf(call)));
  }

  protected stop(call: Call): Promise<ActivityEnd> {
    const authorization = this.of(callOf(call));
    const act = () => {
      if (authorization?.status === 'WAITING') this.move(authorization, 'CANCELLED');
    };
    return this.ask(call.fault, act, () => this.findingOf(callOf(call)));
  }

  protected of({ providerReference }: ProviderCall): Authorization | undefined {
    return this.authorizations.get(providerReference ?? '');
  }

  protected findingOf(call: ProviderCall): Finding {
    const authorization = this.of(call);
    return authorization ? this.finding(authorization, call) : { state: 'absent' };
  }

  protected move(authorization: Authorization, status: Status): void {
    authorization.status = status;
    const { id } = authorization;
    this.world.callBack({ id: `${id}-${status}`, statement: `authorization ${status}` });
  }

  protected money({ amount, reference }: Authorization) {
    return { amount, currency: 'EUR', reference };
  }

  protected endOf({ status }: Authorization): Finding {
    const end = ENDS[status as keyof typeof ENDS];
    return end ? { state: 'ended', ...end, providerCode: status } : { state: 'open' };
  }
}

export const DECLINED = {
  outcome: 'declined',
  end: 'failed',
  code: 'declined',
  message: 'the company declines',
  providerCode: 'DECLINED',
} as const;
