import { createLogInActivities } from '../../../src/activities/log-in';
import { createDropPayActivities } from '../../../src/providers/droppay/activities';
import { type AccessTokens, LOG_IN } from '../../../src/providers/access-tokens';
import { dropPayTokens } from '../../../src/providers/droppay/accounts';
import type { ProviderCall, RefundCall } from '../../../src/domain/provider-answer';
import { ProviderError, type ProviderErrorKind } from '../../../src/providers/provider-error';
import { settingsFor, V3_GRANTED, V3_TOKEN } from './vectors';
import { type ActivityRun, runActivity } from '../activity-rig';
import type { WireServer } from '../wire-server';
import { PATIENT } from '../../support/patience';

const CALL: ProviderCall = {
  paymentId: 'pay_1001',
  connection: 'default',
  providerReference: 'CHTTEST0001',
  amount: 1230,
  currency: 'EUR',
  description: 'Order 1001',
  attempt: 1,
  takingSent: false,
};

const REFUND_CALL: RefundCall = {
  paymentId: 'pay_1001',
  refundReference: 're2002',
  connection: 'default',
  providerReference: 'CHTTEST0001',
  chargeReference: 'CHATEST0001',
  amount: 450,
  currency: 'EUR',
  reason: 'one ticket back',
  providerRefundReference: null,
};

/** The end of a pay token that was issued just now, as DropPay writes it. */
export function endOfLife(secondsFromNow = 180): string {
  return new Date(Date.now() + secondsFromNow * 1_000).toISOString();
}

/** The authorization of CALL, granted, with a pay token that is alive. */
export function granted(change: object = {}, token: object = {}): { status: number; json: unknown } {
  const pay_token = { ...V3_TOKEN, date_expiring: endOfLife(), ...token };
  return { status: 200, json: { ...V3_GRANTED, merchant_custom_id: 'pay1001', pay_token, ...change } };
}

/** Access tokens `token-1`, `token-2` …: another one whenever one is refused. */
class NumberedTokens implements AccessTokens {
  refused: string[] = [];
  /** From now on there is none. */
  failure: ProviderError | undefined;
  private number = 1;

  current(): Promise<string> {
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(`token-${this.number}`);
  }

  replace(_connection: string, refused: string): Promise<string> {
    this.refused.push(refused);
    this.number += 1;
    return this.current();
  }

  runOut(kind: ProviderErrorKind = 'not_sent'): void {
    this.failure = new ProviderError({ kind, provider: 'DropPay', call: LOG_IN, message: 'none' });
  }
}

/** The activities in an activity's surroundings, speaking to a server of the test. */
export class DropPayRig {
  readonly tokens = new NumberedTokens();
  /** How long ago the workflow asked for a call when it begins. */
  askedBeforeMs = 0;
  private readonly activities;
  private readonly logIns;

  constructor(wire: Pick<WireServer, 'url'>, change: Record<string, unknown> = {}) {
    const settings = settingsFor(wire.url, { ...PATIENT, ...change });
    const connections = { default: settings };
    this.logIns = createLogInActivities([dropPayTokens(connections)]);
    this.activities = createDropPayActivities({
      connections,
      accessTokens: this.tokens,
    });
  }

  create(change: Partial<ProviderCall> = {}) {
    const urls = { webhookUrl: 'https://pay.example/w', returnUrl: 'https://pay.example/r' };
    return this.run(() =>
      this.activities.dropPayCreateAuthorization({ ...CALL, providerReference: null, ...urls, ...change }),
    );
  }

  read(change: Partial<ProviderCall> = {}) {
    return this.run(() => this.activities.dropPayGetAuthorization({ ...CALL, ...change }));
  }

  cancel(change: Partial<ProviderCall> = {}) {
    return this.run(() => this.activities.dropPayCancelAuthorization({ ...CALL, ...change }));
  }

  charge(change: Partial<ProviderCall> = {}, startToCloseTimeoutMs = 45_000) {
    const call = { ...CALL, takingSent: true, ...change };
    return this.run(() => this.activities.dropPayCharge(call), { startToCloseTimeoutMs });
  }

  refund(change: Partial<RefundCall> = {}, startToCloseTimeoutMs = 45_000) {
    return this.run(() => this.activities.dropPayRefund({ ...REFUND_CALL, ...change }), {
      startToCloseTimeoutMs,
    });
  }

  announce(change: Partial<ProviderCall> = {}, run: ActivityRun = {}) {
    const call = { ...CALL, providerReference: null, webhookUrl: 'https://pay.example/w', ...change };
    return this.run(() => this.activities.dropPayCreateAcquirerAuthorization(call), run);
  }

  readAcquirer(change: Partial<ProviderCall> = {}) {
    return this.run(() => this.activities.dropPayGetAcquirerAuthorization({ ...CALL, ...change }));
  }

  cancelAcquirer(change: Partial<ProviderCall> = {}) {
    return this.run(() => this.activities.dropPayCancelAcquirerAuthorization({ ...CALL, ...change }));
  }

  grant(change: Partial<ProviderCall> = {}, startToCloseTimeoutMs = 45_000) {
    const call = { ...CALL, takingSent: true, ...change };
    return this.run(() => this.activities.dropPayGrantAuthorization(call), { startToCloseTimeoutMs });
  }

  logIn(connection = 'default') {
    return this.run(() => this.logIns.logIn('droppay', connection));
  }

  private run<T>(activity: () => Promise<T>, run: ActivityRun = {}): Promise<T> {
    return runActivity(activity, { askedBeforeMs: this.askedBeforeMs, ...run });
  }
}
