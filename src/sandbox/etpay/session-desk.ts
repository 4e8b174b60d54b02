import type { SandboxClock } from '../clock';
import type { JsonObject } from '../exact-json';
import type { Notification } from '../webhook-delivery';
import { countryOf } from './countries';
import { WrongState } from './errors';
import { JWT_SHAPES, jwtOf, type JwtShape } from './jwt';
import type { Ledger } from './ledger';
import { jwtClaims, paymentWire } from './payment-wire';
import { FAILURE_REASONS, newToken, type Payment, type Session, type SessionState } from './session';
import type { SettingsBook } from './settings';

/** Bodies of the webhook: the JWT in each shape, no JWT at all, and one that is no text (§8, E12). */
export const WEBHOOK_SHAPES = [...JWT_SHAPES, 'empty', 'not_text'] as const;

/** What may differ from the plain course when a session ends. */
export interface Circumstances {
  readonly bank?: string | undefined;
  /** Whole pesos really transferred, where they are not the session's. */
  readonly amount?: number | undefined;
  readonly claims?: JsonObject | undefined;
}

interface DeskServices {
  readonly clock: SandboxClock;
  readonly ledger: Ledger;
  readonly settings: SettingsBook;
  /** Sends a webhook; resolves at once unless a rule wants it delivered before the cause is answered. */
  readonly notify: (notification: Notification) => Promise<void>;
}

const OPEN: readonly SessionState[] = ['CREATED', 'IN_FUNNEL'];

/** Moves sessions through their lives; every change goes through here, into the ledger. */
export class SessionDesk {
  constructor(private readonly services: DeskServices) {}

  /** Stores a new session and has the clock end it when its time is over. */
  open(session: Session): Session {
    this.services.clock.schedule(session.expiresMs, () => {
      const current = this.services.ledger.getSession(session.token);
      if (current !== undefined && isOpen(current)) void this.expire(current);
    });
    return this.services.ledger.putSession(session);
  }

  /** The payer sees the funnel. */
  look(session: Session): Session {
    return session.state === 'CREATED' ? this.moved(session, 'IN_FUNNEL') : session;
  }

  /** The transfer arrived in time; throws WrongState unless the session is open. */
  pay(session: Session, how: Circumstances = {}): Promise<Session> {
    checkState(session, OPEN, 'pay-late or pay-again does more');
    return this.end(session, 'PAID', '', how);
  }

  /** The transfer arrived although the session had failed or expired. */
  payLate(session: Session, how: Circumstances = {}): Promise<Session> {
    checkState(session, ['FAILED', 'EXPIRED'], 'only a failed or expired one can be paid late');
    return this.end(session, 'PAID', '', how);
  }

  /** A second transfer for the same session. */
  payAgain(session: Session, how: Circumstances = {}): Promise<Session> {
    checkState(session, ['PAID'], 'only a paid one can be paid again');
    return this.end(session, 'PAID', '', how);
  }

  /** The bank refuses or the payer cancels. */
  fail(session: Session, cause: 'refuse' | 'cancel', how: Circumstances = {}): Promise<Session> {
    checkState(session, OPEN, 'it has ended');
    return this.end(session, 'FAILED', FAILURE_REASONS[cause], how);
  }

  /** In silence, or as a failure with a webhook where `expiryWebhook` is on. */
  async expire(session: Session, how: Circumstances = {}): Promise<Session> {
    checkState(session, OPEN, 'it has ended');
    const { expiryWebhook } = this.services.settings.of(session.account.merchantCode);
    if (!expiryWebhook) return this.moved(session, 'EXPIRED');
    return this.end(session, 'EXPIRED', FAILURE_REASONS.expire, how);
  }

  /** The webhook about a payment (docs/providers/etpay.md §4.2), in every shape. */
  notification(session: Session, payment: Payment): Notification {
    const settings = this.services.settings.of(session.account.merchantCode);
    const jwts = JWT_SHAPES.map((shape) => [shape, { payment: this.jwt(session, payment, shape) }] as const);
    const bodies = { ...Object.fromEntries(jwts), empty: {}, not_text: { payment: 1 } };
    const label = paymentWire(session, payment, settings).payment_status;
    return {
      facts: {
        subject: session.token,
        reference: session.orderId,
        clientId: session.account.merchantCode,
      },
      url: session.webhookUrl,
      label: typeof label === 'string' ? label : 'other',
      bodies,
      defaultShape: 'signed',
      retry: { times: settings.webhookRetries, delayMs: settings.webhookRetryDelayMs },
    };
  }

  /**
   * Where the payer's browser is led once the session ended: `jwt=…` joined by `concat`, taken literally
   * (docs/providers/etpay.md §4.1, §9). Undefined before the end, after a silent one, and without an address.
   */
  returnUrl(session: Session): string | undefined {
    const payment = this.services.ledger.paymentsOf(session).at(-1);
    const address = payment?.succeeded === true ? session.completedUrl : session.cancellationUrl;
    if (payment === undefined || address === undefined) return undefined;
    const { returnShape } = this.services.settings.of(session.account.merchantCode);
    return `${address}${session.concat}jwt=${this.jwt(session, payment, returnShape)}`;
  }

  /** A success that never happened and stands in no ledger, for webhooks that lie. */
  unrecordedPayment(session: Session): Payment {
    return this.paymentOf(session, '', {});
  }

  private jwt(session: Session, payment: Payment, shape: JwtShape): string {
    const settings = this.services.settings.of(session.account.merchantCode);
    const claims = jwtClaims(paymentWire(session, payment, settings), settings, this.services.clock.now());
    const other = this.services.ledger.otherSignatureToken(session) ?? newToken();
    return jwtOf(shape, claims, { own: session.signatureToken, other });
  }

  private async end(
    session: Session,
    state: SessionState,
    reason: string,
    how: Circumstances,
  ): Promise<Session> {
    const payment = this.services.ledger.addPayment(this.paymentOf(session, reason, how));
    const ended = this.moved(session, state);
    await this.services.notify(this.notification(ended, payment));
    return ended;
  }

  private paymentOf(session: Session, reason: string, how: Circumstances): Payment {
    const succeeded = reason === '';
    const chosen = how.bank ?? session.bank;
    return {
      token: newToken(),
      sessionToken: session.token,
      succeeded,
      reason,
      amount: how.amount ?? session.amount,
      bank: chosen ?? (succeeded ? countryOf(session.account.merchantCode).testBank : undefined),
      atMs: this.services.clock.now(),
      saidInstead: how.claims ?? {},
    };
  }

  private moved(session: Session, state: SessionState): Session {
    return this.services.ledger.putSession({ ...session, state, updatedMs: this.services.clock.now() });
  }
}

/** Whether the session can still be paid in time. */
export function isOpen(session: Session): boolean {
  return OPEN.includes(session.state);
}

function checkState(session: Session, states: readonly SessionState[], hint: string): void {
  if (!states.includes(session.state)) throw new WrongState(`the session is ${session.state}: ${hint}`);
}
