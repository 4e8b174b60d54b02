import type { SandboxClock } from '../clock';
import type { Account } from './accounts';
import { cardOf, type Card, type CardForm } from './card';
import { PayerMaxRefusal } from './errors';
import { newKey } from './identifiers';
import type { SettingsBook } from './settings';

/** A Drop-in session; the amount is in ISO minor units, absent when the merchant named none. */
export interface Session {
  readonly sessionKey: string;
  readonly clientKey: string;
  readonly account: Account;
  readonly userId: string;
  readonly currency: string;
  readonly country: string;
  readonly amountMinor: number | undefined;
  readonly tokenForFutureUse: boolean;
  readonly createdMs: number;
}

/** A card the payer's browser handed over. */
export interface PaymentToken {
  readonly value: string;
  readonly session: Session;
  readonly card: Card;
  readonly createdMs: number;
}

interface SessionServices {
  readonly clock: SandboxClock;
  readonly settings: SettingsBook;
}

/** Sessions and the payment tokens made in them; lives as in docs/providers/payermax.md §12 no. 6. */
export class DropinSessions {
  private readonly sessions = new Map<string, Session>();
  private readonly tokens = new Map<string, PaymentToken>();
  private readonly spent = new Set<string>();

  constructor(private readonly services: SessionServices) {}

  open(fields: Omit<Session, 'sessionKey' | 'clientKey' | 'createdMs'>): Session {
    const session = {
      ...fields,
      sessionKey: newKey('sk'),
      clientKey: newKey('ck'),
      createdMs: this.services.clock.now(),
    };
    this.sessions.set(session.sessionKey, session);
    return session;
  }

  find(sessionKey: string): Session | undefined {
    return this.sessions.get(sessionKey);
  }

  /** What the browser does with a filled form; refuses a bad card and a stale session. */
  tokenize(session: Session, form: CardForm): PaymentToken {
    this.checkAge(session);
    const createdMs = this.services.clock.now();
    const token = { value: newKey('ptok'), session, card: cardOf(form, createdMs), createdMs };
    this.tokens.set(token.value, token);
    return token;
  }

  /** The token an order may be paid with; refuses with PARAMS_INVALID and spends nothing. */
  payable(account: Account, sessionKey: string, paymentToken: string): PaymentToken {
    const session = this.sessions.get(sessionKey);
    if (session?.account !== account) {
      throw new PayerMaxRefusal('PARAMS_INVALID', 'paymentDetail.sessionKey: unknown');
    }
    this.checkAge(session);
    const token = this.tokens.get(paymentToken);
    if (token?.session !== session) {
      throw new PayerMaxRefusal('PARAMS_INVALID', 'paymentDetail.paymentToken: unknown in this session');
    }
    const { paymentTokenLifeMs, paymentTokenSingleUse } = this.services.settings.of(account.appId);
    if (this.services.clock.now() > token.createdMs + paymentTokenLifeMs) {
      throw new PayerMaxRefusal('PARAMS_INVALID', 'paymentDetail.paymentToken: expired');
    }
    if (paymentTokenSingleUse && this.spent.has(paymentToken)) {
      throw new PayerMaxRefusal('PARAMS_INVALID', 'paymentDetail.paymentToken: already used');
    }
    return token;
  }

  spend(token: PaymentToken): void {
    this.spent.add(token.value);
  }

  reset(): void {
    this.sessions.clear();
    this.tokens.clear();
    this.spent.clear();
  }

  private checkAge(session: Session): void {
    const { sessionLifeMs } = this.services.settings.of(session.account.appId);
    if (this.services.clock.now() > session.createdMs + sessionLifeMs) {
      throw new PayerMaxRefusal('PARAMS_INVALID', 'sessionKey: expired');
    }
  }
}
