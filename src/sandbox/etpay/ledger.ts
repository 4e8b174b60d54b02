import type { Account } from './accounts';
import { countryOf, minorUnits } from './countries';
import type { Payment, Session } from './session';

/** What really happened at the company: what tests compare payments with. */
export class Ledger {
  private readonly sessions = new Map<string, Session>();
  private readonly sessionsOfOrder = new Map<string, string[]>();
  private readonly newestOfOrderId = new Map<string, string>();
  private readonly payments = new Map<string, Payment>();
  private readonly paymentsOfSession = new Map<string, Payment[]>();

  putSession(session: Session): Session {
    if (!this.sessions.has(session.token)) {
      append(this.sessionsOfOrder, orderKey(session.account, session.orderId), session.token);
      this.newestOfOrderId.set(session.orderId, session.token);
    }
    this.sessions.set(session.token, session);
    return session;
  }

  getSession(token: string): Session | undefined {
    return this.sessions.get(token);
  }

  /** All attempts of an order, oldest first: its id may repeat. */
  sessionsOf(account: Account, orderId: string): readonly Session[] {
    const tokens = this.sessionsOfOrder.get(orderKey(account, orderId)) ?? [];
    return tokens.flatMap((token) => this.getSession(token) ?? []);
  }

  /** By session token, payment token, or else the newest of this order id in any account. */
  find(key: string): Session | undefined {
    return (
      this.getSession(key) ??
      this.sessionOfPayment(key) ??
      this.getSession(this.newestOfOrderId.get(key) ?? '')
    );
  }

  sessionOfPayment(paymentToken: string): Session | undefined {
    return this.getSession(this.payments.get(paymentToken)?.sessionToken ?? '');
  }

  /** The signature token of some other session, if there is one. */
  otherSignatureToken(session: Session): string | undefined {
    for (const other of this.sessions.values()) {
      if (other.token !== session.token) return other.signatureToken;
    }
    return undefined;
  }

  addPayment(payment: Payment): Payment {
    this.payments.set(payment.token, payment);
    append(this.paymentsOfSession, payment.sessionToken, payment);
    return payment;
  }

  getPayment(token: string): Payment | undefined {
    return this.payments.get(token);
  }

  /** Oldest first. */
  paymentsOf(session: Session): readonly Payment[] {
    return this.paymentsOfSession.get(session.token) ?? [];
  }

  /** Everything, or what belongs to one order id, oldest first; a charge is one transfer that arrived. */
  entries(orderId: string | undefined) {
    const sessions = [...this.sessions.values()].filter(
      (session) => orderId === undefined || session.orderId === orderId,
    );
    const charges = sessions.flatMap((session) =>
      this.paymentsOf(session)
        .filter(({ succeeded }) => succeeded)
        .map((payment) => chargeOf(session, payment)),
    );
    return { sessions, charges };
  }

  reset(): void {
    for (const store of [
      this.sessions,
      this.sessionsOfOrder,
      this.newestOfOrderId,
      this.payments,
      this.paymentsOfSession,
    ]) {
      store.clear();
    }
  }
}

function chargeOf(session: Session, payment: Payment) {
  const country = countryOf(session.account.merchantCode);
  return {
    id: payment.token,
    sessionId: session.token,
    reference: session.orderId,
    amountMinor: minorUnits(country, payment.amount),
    currency: country.currency,
    at: new Date(payment.atMs).toISOString(),
  };
}

function orderKey(account: Account, orderId: string): string {
  return `${account.merchantCode} ${orderId}`;
}

function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
