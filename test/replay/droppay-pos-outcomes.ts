import { recheckUpdate } from '../../src/contract/workflow';
import type { ProviderEnd } from '../../src/domain/provider-answer';
import { DOUBTFUL_OUTCOMES } from './droppay-pos-doubtful-outcomes';
import type { Stage } from './droppay-pos-stage';
import {
  cancelled,
  failedWith,
  HOUR,
  MINUTE,
  notForHours,
  notSent,
  notSentForLong,
  type Outcomes,
  outOfReach,
  paid,
  refusesCredentials,
} from './outcome';

/** Every way in which a DropPay POS payment can go, by name. */
export const DROPPAY_POS_OUTCOMES: Outcomes<Stage> = {
  ...DOUBTFUL_OUTCOMES,
  'succeeded-by-webhook': {
    shows: paid,
    async play(stage) {
      const { id } = await stage.opened();
      await stage.grant(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'succeeded-and-told-to-its-backend': {
    shows: paid,
    async play(stage) {
      const { id } = await stage.opened(undefined, { notify: true });
      await stage.grant(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'succeeded-by-look-up': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      await stage.rig.env.sleep(MINUTE);
      fake.state = 'granted';
      await stage.rig.end(id);
      return id;
    },
  },
  'succeeded-with-repeated-and-early-webhooks': {
    shows: paid,
    async play(stage) {
      const { id } = await stage.opened();
      await stage.rig.hint(id, 'DropPay says WAITING', 'first');
      await stage.rig.hint(id, 'DropPay says WAITING', 'first');
      await stage.rig.env.sleep(MINUTE);
      await stage.grant(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'succeeded-after-provider-outage': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('read', outOfReach, 6);
      await stage.grant(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'failed-payer-refused': {
    shows: failedWith('payer_refused'),
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.state = 'refused';
      await stage.rig.hint(id, 'DropPay says REFUSED');
      await stage.rig.end(id);
      return id;
    },
  },
  'failed-payer-refused-seen-by-recheck': {
    shows: failedWith('payer_refused'),
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.state = 'refused';
      await stage.rig.handle(id).executeUpdate(recheckUpdate);
      await stage.rig.end(id);
      return id;
    },
  },
  'failed-payer-withdrew': {
    shows: failedWith('authorization_ended'),
    play: (stage) => endedThere(stage, { end: 'failed', code: 'authorization_ended', message: 'withdrawn' }),
  },
  'cancelled-at-provider': {
    shows: cancelled,
    play: (stage) =>
      endedThere(stage, { end: 'cancelled', code: 'authorization_ended', message: 'cancelled there' }),
  },
  'failed-request-refused': {
    shows: failedWith('provider_refused_request'),
    async play(stage) {
      const end = { end: 'failed', code: 'provider_refused_request', message: 'POS unknown' } as const;
      const id = await stage.unopened(() => ({ outcome: 'refused', ...end, providerCode: '202' }));
      await stage.rig.end(id);
      return id;
    },
  },
  'failed-credentials-refused': {
    shows: failedWith('provider_refused_request'),
    async play(stage) {
      const id = await stage.unopened(refusesCredentials);
      await stage.rig.end(id);
      return id;
    },
  },
  'failed-charge-declined': {
    shows: failedWith('declined'),
    play: (stage) =>
      declined(stage, { end: 'failed', code: 'declined', message: 'no funds', providerCode: '301' }),
  },
  'expired-grant-lapsed-before-charge': {
    shows: { status: 'expired', failure: null, amountReceived: 0 },
    play: (stage) =>
      declined(stage, { end: 'expired', code: 'authorization_ended', message: 'the grant lapsed' }),
  },
  'expired-nobody-acted': {
    shows: { status: 'expired', amountReceived: 0 },
    async play(stage) {
      const { id } = await stage.opened();
      await stage.rig.end(id);
      return id;
    },
  },
  'expired-provider-out-of-reach': {
    shows: { status: 'expired', providerReference: null },
    async play(stage) {
      const id = await stage.unopened(outOfReach);
      await stage.rig.until(id, 'expired');
      await stage.rig.end(id);
      return id;
    },
  },
  'expired-then-granted-during-stop-succeeded': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('cancel', (call) => {
        fake.state = 'granted';
        return fake.finding(call);
      });
      await stage.rig.end(id);
      return id;
    },
  },
  'expired-agreed-in-time-though-nobody-could-ask-succeeded': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened(MINUTE);
      fake.state = 'granted';
      fake.next('read', outOfReach, 16);
      await stage.rig.end(id);
      return id;
    },
  },
  'expired-charge-not-sent-in-time': {
    shows: { status: 'expired', amountReceived: 0 },
    async play(stage) {
      const { id, fake } = await stage.opened(MINUTE);
      fake.next('charge', () => notSentForLong, 100);
      await stage.grant(id);
      await stage.rig.until(id, 'expired', 4 * HOUR, MINUTE);
      fake.heal();
      fake.state = 'expired';
      await stage.rig.end(id);
      return id;
    },
  },
  'not-started-invalid-request': {
    shows: { status: 'processing', currency: 'eur' },
    async play({ rig }) {
      const request = { ...(await rig.request()), currency: 'eur' };
      await rig.start(request);
      await expect(rig.end(request.id)).rejects.toMatchObject({ cause: { type: 'invalid_request' } });
      return request.id;
    },
  },
  'cancelled-before-open': {
    shows: { status: 'cancelled', providerReference: null },
    async play(stage) {
      let asked = (): void => undefined;
      const beingOpened = new Promise<void>((resolve) => (asked = resolve));
      const id = await stage.unopened(() => {
        asked();
        return outOfReach();
      });
      await beingOpened;
      await stage.cancel(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'cancelled-before-grant': {
    shows: { status: 'cancelled', amountReceived: 0 },
    async play(stage) {
      const { id } = await stage.opened();
      await stage.cancel(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'cancelled-in-temporal': {
    shows: { status: 'cancelled', amountReceived: 0 },
    async play(stage) {
      const { id } = await stage.opened();
      await stage.rig.handle(id).cancel();
      await stage.rig.end(id);
      return id;
    },
  },
  'cancelled-while-charge-not-sent': {
    shows: { status: 'cancelled', amountReceived: 0 },
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('charge', () => notSent, 1_000);
      await stage.grant(id);
      await stage.rig.until(id, 'processing');
      await stage.rig.env.sleep(MINUTE);
      fake.next('cancel', (call) => {
        fake.state = 'cancelled';
        return fake.finding(call);
      });
      await stage.cancel(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'cancelled-after-grant': {
    shows: { status: 'cancelled', amountReceived: 0 },
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.state = 'granted';
      await stage.cancel(id);
      await stage.rig.env.sleep(MINUTE);
      fake.next('read', notForHours, 100);
      await stage.rig.end(id);
      return id;
    },
  },
  'not-sent-charge-retried': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('charge', () => notSent, 4);
      await stage.grant(id);
      await stage.rig.end(id);
      return id;
    },
  },
};

async function declined(stage: Stage, end: ProviderEnd): Promise<string> {
  const { id, fake } = await stage.opened();
  fake.next('charge', () => ({ outcome: 'declined', ...end }));
  await stage.grant(id);
  await stage.rig.end(id);
  return id;
}

async function endedThere(stage: Stage, end: ProviderEnd): Promise<string> {
  const { id, fake } = await stage.opened();
  fake.next('read', () => ({ state: 'ended', ...end }));
  await stage.rig.end(id);
  return id;
}
