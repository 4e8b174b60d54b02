import type { Finding, Taking } from '../../../src/domain/provider-answer';
import type { ActivityEnd } from '../activity-calls';
import { type Activity, type Call, callOf, type PayerAct, refundCallOf } from './company';
import { type Authorization, DECLINED, DropPay, PAY_TOKEN_LIFE_MS, SETTLE_MARGIN_MS } from './droppay';

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
    if (before.state === 'ended') return this.reply('ok', () => ({ ...before, outcome: 'declined' }));
    if (before.state === 'paid') return this.reply('ok', () => ({ ...before, outcome: 'succeeded' }));
    const notSent = { outcome: 'not_sent', detail: `it is ${before.state}` };
    if (!authorization || before.state !== 'authorized') return this.reply('ok', () => notSent);
    const { fault } = call;
    if (fault === 'refused') return this.reply('ok', () => DECLINED);
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
    const no = (message: string) => this.reply('ok', () => ({ outcome: 'declined', message }));
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
