import type { Finding, ProviderCall } from '../../../src/domain/provider-answer';
import type { ActivityEnd } from '../activity-calls';
import { type Activity, type Call, callOf } from './company';
import { type Authorization, DECLINED, DropPay, SETTLE_MARGIN_MS } from './droppay';

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
    if (before.state === 'ended') return this.reply('ok', () => ({ ...before, outcome: 'declined' }));
    if (before.state === 'paid') return this.reply('ok', () => ({ ...before, outcome: 'succeeded' }));
    const notSent = { outcome: 'not_sent', detail: `it is ${before.state}` };
    if (!authorization) return this.reply('ok', () => notSent);
    if (call.fault === 'refused') return this.reply('ok', () => DECLINED);
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
