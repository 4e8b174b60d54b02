import { createPomeloActivities, type PomeloCreateCall } from '../../../src/providers/pomelo/activities';
import { CREATED, settingsFor } from './vectors';
import { type ActivityRun, runActivity } from '../activity-rig';
import type { WireServer } from '../wire-server';
import { PATIENT } from '../../support/patience';

const HOUR = 60 * 60_000;

export const CALL: PomeloCreateCall = {
  paymentId: 'pay_1001',
  connection: 'default',
  providerReference: CREATED.id,
  amount: 2000,
  currency: 'GBP',
  description: 'Order 123',
  attempt: 1,
  takingSent: false,
  webhookUrl: 'https://pay.example/w',
  returnUrl: 'https://pay.example/r',
  expiresAt: new Date(Date.now() + 2 * HOUR).toISOString(),
};

/** The transaction of CALL. */
export function transaction(change: object = {}): { status: number; json: unknown } {
  return { status: 200, json: { ...CREATED, localId: 'pay1001', ...change } };
}

/** An item of the list, as the documents show it: without a link. */
export function item(change: object = {}): object {
  return {
    id: CREATED.id,
    state: 'QR_CODE_GENERATED',
    amount: 2000,
    currency: 'GBP',
    localId: 'pay1001',
    ...change,
  };
}

export function page(items: object[], count = items.length): { status: number; json: unknown } {
  return { status: 200, json: { count, items } };
}

/** The activities in an activity's surroundings, speaking to a server of the test. */
export class PomeloRig {
  private readonly activities;

  constructor(wire: WireServer, settings: Record<string, unknown> = {}) {
    this.activities = createPomeloActivities({
      connections: { default: settingsFor(wire.url, { ...PATIENT, ...settings }) },
    });
  }

  create(change: Partial<PomeloCreateCall> = {}, run: ActivityRun = {}) {
    const call = { ...CALL, providerReference: null, ...change };
    return this.run(() => this.activities.pomeloCreateTransaction(call), run);
  }

  read(change: Partial<PomeloCreateCall> = {}, run: ActivityRun = {}) {
    return this.run(() => this.activities.pomeloGetTransaction({ ...CALL, ...change }), run);
  }

  private run<T>(activity: () => Promise<T>, run: ActivityRun): Promise<T> {
    return runActivity(activity, { startToCloseTimeoutMs: 40_000, ...run });
  }
}
