import type { SandboxClock } from '../clock';
import type { JsonObject } from '../exact-json';
import type { Notification } from '../webhook-delivery';
import type { Account, Accounts } from './accounts';
import { newLedgerId } from './identifiers';
import type { Ledger } from './ledger';
import type { Settings, SettingsBook } from './settings';
import { bodySignature } from './signing';
import { moved, type State, type Transaction } from './transaction';
import { webhookNotification, webhookSignMethod } from './webhook-bodies';

export interface DeskServices {
  readonly clock: SandboxClock;
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly settings: SettingsBook;
  readonly publicUrl: () => string;
  /** Sends what no call is answered with: what the clock, the payer or control brought. */
  readonly notify: (notification: Notification) => void;
}

/** Moves transactions through their lives; every change goes through here, into the ledger. */
export class TransactionDesk {
  constructor(private readonly services: DeskServices) {}

  /** Stores a new transaction, which the clock makes payable and ends when its time is over. */
  open(transaction: Transaction): Transaction {
    const { clock, ledger } = this.services;
    const { initiatedMs } = this.settingsOf(transaction);
    clock.schedule(transaction.expiresMs, () => {
      const current = ledger.get(transaction.id);
      if (current?.state === 'QR_CODE_GENERATED' || current?.state === 'INITIATED') this.expire(current);
    });
    const opened = ledger.put(transaction);
    if (initiatedMs === 0) return this.move(opened, 'QR_CODE_GENERATED', 'SYSTEM');
    clock.schedule(transaction.createdMs + initiatedMs, () => {
      const current = ledger.get(transaction.id);
      if (current?.state === 'INITIATED') this.moveAndTell(current, 'QR_CODE_GENERATED', 'SYSTEM');
    });
    return opened;
  }

  /** Moves or throws PomeloRefusal; a step to CONFIRMED takes the money unless it was taken. Tells nobody. */
  move(transaction: Transaction, state: State, trigger: string): Transaction {
    const { clock, ledger } = this.services;
    const next = moved(transaction, { state, atMs: clock.now(), trigger });
    if (state === 'CONFIRMED' && ledger.chargeOf(transaction.id) === undefined) this.takeMoney(transaction);
    if (state === 'VOIDED') this.voidCharge(transaction);
    return ledger.put({ ...next, confirming: next.confirming && state !== 'CONFIRMED' });
  }

  /** Moves and sends the webhooks. */
  moveAndTell(transaction: Transaction, state: State, trigger: string): Transaction {
    return this.tell(this.move(transaction, state, trigger));
  }

  tell(transaction: Transaction): Transaction {
    for (const notification of this.notifications(transaction)) this.services.notify(notification);
    return transaction;
  }

  /** Ends what was not paid in time, in the state that is set. */
  expire(transaction: Transaction): Transaction {
    return this.moveAndTell(transaction, this.settingsOf(transaction).expiredState, 'TIMEOUT');
  }

  /** The payer has paid; the confirmation comes now or, by setting, later, whatever happened in between. */
  confirm(transaction: Transaction): Transaction {
    const { clock, ledger } = this.services;
    const { confirmationDelayMs } = this.settingsOf(transaction);
    if (confirmationDelayMs === 0) return this.moveAndTell(transaction, 'CONFIRMED', 'CUSTOMER');
    clock.schedule(clock.now() + confirmationDelayMs, () => {
      const current = ledger.get(transaction.id);
      if (current?.confirming === true) this.moveAndTell(current, 'CONFIRMED', 'CUSTOMER');
    });
    return ledger.put({ ...transaction, confirming: true });
  }

  /** Stores a change that is no change of state. */
  put(transaction: Transaction): Transaction {
    return this.services.ledger.put({ ...transaction, updatedMs: this.services.clock.now() });
  }

  settingsOf({ appId }: Transaction): Settings {
    return this.services.settings.of(appId);
  }

  accountOf({ appId }: Transaction): Account {
    return this.services.accounts.get(appId);
  }

  /** The signature that webhooks and the payer's return carry. */
  signature(transaction: Transaction): string {
    const { amountMinor, currency } = transaction;
    const method = webhookSignMethod(transaction, this.settingsOf(transaction));
    return bodySignature(method, { amount: amountMinor, currency }, this.accountOf(transaction).apiKey);
  }

  /** The webhook without an address; `override` is merged into its body before it is signed. */
  message(transaction: Transaction, override?: JsonObject): Omit<Notification, 'url'> {
    return webhookNotification({
      transaction,
      account: this.accountOf(transaction),
      settings: this.settingsOf(transaction),
      publicUrl: this.services.publicUrl(),
      nowMs: this.services.clock.now(),
      ...(override === undefined ? {} : { override }),
    });
  }

  /** One webhook for each address: the transaction's own, and those of the company. */
  notifications(transaction: Transaction): readonly Notification[] {
    const message = this.message(transaction);
    const { webhookUrl } = transaction;
    const own = webhookUrl === undefined ? [] : [{ ...message, url: webhookUrl, destination: 'transaction' }];
    const { webhookUrls } = this.accountOf(transaction);
    return [...own, ...webhookUrls.map((url) => ({ ...message, url, destination: 'company' }))];
  }

  private takeMoney(transaction: Transaction): void {
    this.services.ledger.putCharge({
      id: newLedgerId('charge'),
      paymentId: transaction.id,
      reference: transaction.localId ?? null,
      amountMinor: transaction.amountMinor,
      currency: transaction.currency,
      at: new Date(this.services.clock.now()).toISOString(),
      voidedAt: null,
    });
  }

  private voidCharge({ id }: Transaction): void {
    const charge = this.services.ledger.chargeOf(id);
    if (charge === undefined) return;
    this.services.ledger.putCharge({
      ...charge,
      voidedAt: new Date(this.services.clock.now()).toISOString(),
    });
  }
}
