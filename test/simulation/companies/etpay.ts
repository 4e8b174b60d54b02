import type { Finding } from '../../../src/domain/provider-answer';
import type { ActivityEnd } from '../activity-calls';
import {
  type Activity,
  type Call,
  callOf,
  Company,
  openedPage,
  type Page,
  type PayerAct,
  referenceOf,
  REFUSED,
  UNUSABLE,
} from './company';

/** A bank page; callbacks are signed, a status list names nothing but successes for certain. */
export class EtPay extends Company {
  private readonly sessions: (Page & { paid: boolean; failures: number })[] = [];

  readonly activities: Readonly<Record<string, Activity>> = {
    etPayInitializeSession: { kind: 'open', run: (call) => this.open(call) },
    etPayCheckStatus: {
      kind: 'read',
      run: (call) => this.reply(call.fault, () => this.finding()),
    },
  };

  /** All sessions of one order have our order id; only the last was shown. */
  payer(act: PayerAct): void {
    const session = this.sessions.at(-1);
    if (!session || session.paid) return;
    const { amount, currency, reference } = session;
    if (act === 'approve') {
      session.paid = true;
      this.charge(amount, currency);
      const proven: Finding = { state: 'paid', amount, currency, reference, chargeReference: 'pt1' };
      this.world.callBack({ id: `${session.id}-success`, statement: 'success', proven });
    }
    if (act === 'decline') {
      session.failures += 1;
      const proven: Finding = { state: 'ended', end: 'failed', code: 'declined', message: 'not made' };
      this.world.callBack({ id: `${session.id}-failure-${session.failures}`, statement: 'failure', proven });
    }
  }

  private open(call: Call): Promise<ActivityEnd> {
    const { amount, currency } = callOf(call);
    const reference = referenceOf(callOf(call));
    if (call.fault === 'refused') return this.reply(call.fault, () => REFUSED);
    const act = () => {
      const id = `s${this.sessions.length + 1}`;
      this.sessions.push({ id, reference, amount, currency, paid: false, failures: 0 });
    };
    const callbackSecrets = { signatureToken: 'secret' };
    const answer = () => ({ ...openedPage({ id: reference, reference, amount, currency }), callbackSecrets });
    return this.ask(call.fault === 'unclear' ? 'ok' : call.fault, act, () =>
      call.fault === 'unclear' ? UNUSABLE : answer(),
    );
  }

  private finding(): Finding {
    const paid = this.sessions.find((session) => session.paid);
    if (paid) {
      const { amount, currency, reference } = paid;
      return { state: 'paid', amount, currency, reference, chargeReference: 'pt1' };
    }
    return this.sessions.some(({ failures }) => failures > 0) ? { state: 'open' } : { state: 'absent' };
  }
}
