import type { Finding, ProviderCall, Taking } from '../../../src/domain/provider-answer';
import type { ActivityEnd } from '../virtual-server';
import {
  type Activity,
  type Call,
  callOf,
  Company,
  type PayerAct,
  referenceOf,
  refundCallOf,
  REFUSED,
  UNUSABLE,
} from './company';

type Status = 'WAITING' | 'GRANTED' | 'REFUSED' | 'REVOKED' | 'CANCELLED';

interface Authorization {
  id: string;
  status: Status;
  amount: number;
  reference: string;
  charges: number;
}

/** docs/providers/droppay.md §2.4: a pay token lives 180 s, and with it what was sent. */
const PAY_TOKEN_LIFE_MS = 180_000;
const SETTLE_MARGIN_MS = 60_000;

const ENDS = {
  REFUSED: { end: 'failed', code: 'payer_refused', message: 'the payer refused' },
  REVOKED: { end: 'failed', code: 'authorization_ended', message: 'the payer withdrew' },
  CANCELLED: { end: 'cancelled', code: 'authorization_ended', message: 'cancelled' },
} as const;

/** Authorizations of either device. */
abstract class DropPay extends Company {
  protected readonly authorizations = new Map<string, Authorization>();

  protected abstract finding(authorization: Authorization, call: ProviderCall): Finding;

  protected create(call: Call, opened: (id: string) => object): Promise<ActivityEnd> {
    const { amount } = callOf(call);
    const id = `CHT${this.authorizations.size + 1}`;
    if (call.fault === 'refused')
      return this.ask(
        call.fault,
        () => undefined,
        () => REFUSED,
      );
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
    return this.ask(
      call.fault,
      () => undefined,
      () => this.findingOf(callOf(call)),
    );
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

/** The DropPay device: link, grant, charge with the pay token. */
export class DropPayPos extends DropPay {
  private refunded = false;

  readonly activities: Readonly<Record<string, Activity>> = {
    dropPayCreateAuthorization: {
      kind: 'open',
      run: (call) =>
        this.create(call, (id) => ({
          outcome: 'opened',
          providerReference: id,
          nextAction: { type: 'redirect', url: `https://dp.example/${id}` },
        })),
    },
    dropPayGetAuthorization: { kind: 'read', run: (call) => this.read(call) },
    dropPayCancelAuthorization: { kind: 'stop', run: (call) => this.stop(call) },
    dropPayCharge: { kind: 'take', run: (call) => this.take(call) },
    dropPayRefund: { kind: 'refund', run: (call) => this.refund(call) },
  };

  payer(act: PayerAct, reference: string): void {
    const authorization = this.authorizations.get(reference);
    if (!authorization) return;
    if (act === 'approve' && authorization.status === 'WAITING') this.move(authorization, 'GRANTED');
    if (act === 'decline' && authorization.status === 'WAITING') this.move(authorization, 'REFUSED');
    if (act === 'withdraw' && authorization.status === 'GRANTED' && authorization.charges === 0)
      this.move(authorization, 'REVOKED');
  }

  protected finding(authorization: Authorization): Finding {
    if (authorization.charges > 0) return { state: 'paid', ...this.money(authorization) };
    if (authorization.status === 'GRANTED') return { state: 'authorized', ...this.money(authorization) };
    return this.endOf(authorization);
  }

  /** Reads first, then charges with what it read (docs/providers/droppay.md §6). */
  private take(call: Call): Promise<ActivityEnd> {
    const authorization = this.of(callOf(call));
    const before = this.findingOf(callOf(call));
    if (before.state === 'ended')
      return this.ask(
        'ok',
        () => undefined,
        () => ({ ...before, outcome: 'declined' }),
      );
    if (before.state === 'paid')
      return this.ask(
        'ok',
        () => undefined,
        () => ({ ...before, outcome: 'succeeded' }),
      );
    const notSent = { outcome: 'not_sent', detail: `it is ${before.state}` };
    if (!authorization || before.state !== 'authorized')
      return this.ask(
        'ok',
        () => undefined,
        () => notSent,
      );
    const { fault } = call;
    if (fault === 'refused')
      return this.ask(
        'ok',
        () => undefined,
        () => DECLINED,
      );
    return this.write(fault, () => this.chargeOnce(authorization), {
      notSent,
      missing: () => ({
        outcome: 'unknown',
        detail: 'no answer',
        settledAfter: new Date(this.now + PAY_TOKEN_LIFE_MS + SETTLE_MARGIN_MS).toISOString(),
      }),
      latestMs: PAY_TOKEN_LIFE_MS,
    });
  }

  private chargeOnce(authorization: Authorization): Taking {
    const { status, charges } = authorization;
    const taken = {
      outcome: 'succeeded',
      ...this.money(authorization),
      reference: null,
      chargeReference: 'CHA1',
    } as const;
    if (status !== 'GRANTED') return DECLINED;
    if (charges > 0 && this.world.schedule.guardsRepeats) return taken;
    authorization.charges += 1;
    this.charge(authorization.amount, 'EUR');
    this.world.callBack({ id: `${authorization.id}-charged`, statement: 'charged' });
    return taken;
  }

  private refund(call: Call): Promise<ActivityEnd> {
    const { amount, chargeReference } = refundCallOf(call);
    const no = (message: string) =>
      this.ask(
        'ok',
        () => undefined,
        () => ({ outcome: 'declined', message }),
      );
    if (chargeReference === null) return no('the charge is not known');
    if (call.fault === 'refused') return no('refused');
    const carryOut = () => {
      if (this.refunded || this.ledger.charges.length === 0)
        return { outcome: 'declined', message: 'only once' };
      if (amount > (this.ledger.charges[0]?.amount ?? 0)) return { outcome: 'declined', message: 'too much' };
      this.refunded = true;
      this.giveBack(amount, 'EUR');
      return { outcome: 'succeeded' };
    };
    return this.write(call.fault, carryOut, {
      notSent: { outcome: 'not_sent', detail: 'out of reach' },
      missing: () => ({ outcome: 'unknown', detail: 'no answer' }),
      latestMs: PAY_TOKEN_LIFE_MS,
    });
  }
}

/** The Acquirer device: the merchant grants what its terminal took, and the grant is the charge. */
export class DropPayAcquirer extends DropPay {
  readonly activities: Readonly<Record<string, Activity>> = {
    dropPayCreateAcquirerAuthorization: {
      kind: 'open',
      run: (call) =>
        this.create(call, (id) => ({
          outcome: 'opened',
          providerReference: id,
          nextAction: { type: 'confirm' },
        })),
    },
    dropPayGetAcquirerAuthorization: { kind: 'read', run: (call) => this.read(call) },
    dropPayCancelAcquirerAuthorization: { kind: 'stop', run: (call) => this.stop(call) },
    dropPayGrantAuthorization: { kind: 'take', run: (call) => this.grant(call) },
  };

  payer(): void {
    // The payer stands at the terminal.
  }

  protected finding(authorization: Authorization, { takingSent }: ProviderCall): Finding {
    if (authorization.status === 'GRANTED') return { state: 'paid', ...this.money(authorization) };
    if (authorization.status === 'WAITING' && takingSent)
      return { state: 'authorized', ...this.money(authorization) };
    return this.endOf(authorization);
  }

  private grant(call: Call): Promise<ActivityEnd> {
    const authorization = this.of(callOf(call));
    const before = this.findingOf({ ...callOf(call), takingSent: false });
    if (before.state === 'ended')
      return this.ask(
        'ok',
        () => undefined,
        () => ({ ...before, outcome: 'declined' }),
      );
    if (before.state === 'paid')
      return this.ask(
        'ok',
        () => undefined,
        () => ({ ...before, outcome: 'succeeded' }),
      );
    const notSent = { outcome: 'not_sent', detail: `it is ${before.state}` };
    if (!authorization)
      return this.ask(
        'ok',
        () => undefined,
        () => notSent,
      );
    if (call.fault === 'refused')
      return this.ask(
        'ok',
        () => undefined,
        () => DECLINED,
      );
    const carryOut = () => {
      if (authorization.status === 'WAITING') {
        this.move(authorization, 'GRANTED');
        this.charge(authorization.amount, 'EUR');
      }
      return authorization.status === 'GRANTED'
        ? { outcome: 'succeeded', ...this.money(authorization) }
        : { outcome: 'declined', ...this.endOf(authorization) };
    };
    return this.write(call.fault, carryOut, {
      notSent,
      missing: () => ({
        outcome: 'unknown',
        detail: 'no answer',
        settledAfter: new Date(this.now + SETTLE_MARGIN_MS).toISOString(),
      }),
      latestMs: SETTLE_MARGIN_MS,
    });
  }
}

const DECLINED = {
  outcome: 'declined',
  end: 'failed',
  code: 'declined',
  message: 'the company declines',
  providerCode: 'DECLINED',
} as const;
