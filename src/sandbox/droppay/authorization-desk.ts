import type { SandboxClock } from '../clock';
import type { Notification } from '../webhook-delivery';
import { moved, newPayToken, renewed, type Authorization, type Status } from './authorization';
import { authorizationWire } from './authorization-wire';
import { newPublicId } from './identifiers';
import type { Ledger } from './ledger';
import type { SettingsBook } from './settings';
import { timestamp } from './wire-values';

export const WEBHOOK_SHAPES = ['enveloped', 'bare'] as const;

interface DeskServices {
  readonly clock: SandboxClock;
  readonly ledger: Ledger;
  readonly settings: SettingsBook;
  readonly publicUrl: () => string;
  /** Sends what no call is answered with: an expiry that the clock brought. */
  readonly notify: (notification: Notification) => void;
}

/** Moves authorizations through their lives; every change goes through here, into the ledger. */
export class AuthorizationDesk {
  constructor(private readonly services: DeskServices) {}

  /** Stores a new authorization and has the clock end it when its time is over. */
  open(authorization: Authorization): Authorization {
    const { waitingLifeMs } = this.services.settings.of(authorization.account.clientId);
    this.services.ledger.put(authorization);
    this.endAt(authorization.id, authorization.createdMs + waitingLifeMs, ['WAITING']);
    if (authorization.chargeUntilMs !== undefined) {
      this.endAt(authorization.id, authorization.chargeUntilMs, ['WAITING', 'GRANTED']);
    }
    return authorization;
  }

  /**
   * Moves to `status` or throws DropPayRefusal. A grant issues the pay token, and under CHARGED takes the
   * money.
   */
  move(authorization: Authorization, status: Status): Authorization {
    const nowMs = this.services.clock.now();
    const next = moved(authorization, status, nowMs);
    if (status !== 'GRANTED') return this.services.ledger.put(next);
    const { payTokenLifeMs } = this.services.settings.of(authorization.account.clientId);
    const granted = this.services.ledger.put({ ...next, payToken: newPayToken(nowMs, payTokenLifeMs) });
    if (granted.policy === 'CHARGED') return this.recordCharge(granted, granted.chargeCents).authorization;
    return granted;
  }

  /** Reads, which renews the pay token. */
  read(authorization: Authorization): Authorization {
    const settings = this.services.settings.of(authorization.account.clientId);
    return this.services.ledger.put(renewed(authorization, this.services.clock.now(), settings));
  }

  /** Takes `cents` once: the count and the ledger change together. */
  recordCharge(
    authorization: Authorization,
    cents: number,
  ): { authorization: Authorization; chargeId: string } {
    const nowMs = this.services.clock.now();
    const chargeId = newPublicId('CHA');
    this.services.ledger.addCharge({
      id: chargeId,
      authorizationId: authorization.id,
      reference: authorization.reference ?? null,
      amountMinor: cents,
      at: new Date(nowMs).toISOString(),
    });
    const charged = {
      ...authorization,
      successfulCharges: authorization.successfulCharges + 1,
      updatedMs: nowMs,
    };
    return { authorization: this.services.ledger.put(charged), chargeId };
  }

  /** The status_update webhook in both shapes (docs/providers/droppay.md §4.2). */
  notification(authorization: Authorization): Notification {
    const settings = this.services.settings.of(authorization.account.clientId);
    const bare = authorizationWire(authorization, this.services.publicUrl());
    const enveloped = {
      etime: timestamp(this.services.clock.now()),
      etype: 'shop.pos.authorization.status_update',
      edata: bare,
    };
    return {
      facts: {
        subject: authorization.id,
        reference: authorization.reference,
        clientId: authorization.account.clientId,
      },
      url: authorization.webhookUrl,
      label: authorization.status,
      bodies: { enveloped, bare },
      defaultShape: settings.bareWebhooks ? 'bare' : 'enveloped',
      retry: { times: settings.webhookRetries, delayMs: settings.webhookRetryDelayMs },
    };
  }

  private endAt(id: string, atMs: number, from: readonly Status[]): void {
    this.services.clock.schedule(atMs, () => {
      const current = this.services.ledger.get(id);
      if (current === undefined || !from.includes(current.status)) return;
      this.services.notify(this.notification(this.move(current, 'EXPIRED')));
    });
  }
}
