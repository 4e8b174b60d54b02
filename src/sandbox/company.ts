import type { Router } from 'express';
import type { CallLog } from './call-log';
import type { SandboxClock } from './clock';
import type { FaultRates } from './fault-rates';
import type { FaultBook } from './faults';
import type { WebhookDelivery } from './webhook-delivery';
import type { WebhookRuleBook } from './webhook-rules';

/** What the sandbox gives to every company. */
export interface CompanyServices {
  readonly clock: SandboxClock;
  readonly faults: FaultBook;
  readonly rates: FaultRates;
  readonly calls: CallLog;
  readonly rules: WebhookRuleBook;
  readonly webhooks: WebhookDelivery;
  readonly stopped: AbortSignal;
  /** Whether webhooks also go to plain http on this machine. */
  readonly allowLoopbackHttp: boolean;
  /** Where people reach this company, without a trailing slash; known once the server listens. */
  readonly publicUrl: () => string;
  /** The address for webhooks that the default accounts have registered with the company; by default none. */
  readonly registeredWebhook: string | undefined;
}

/** One provider company's stand-in. */
export interface Company {
  /** Its API and its payer pages, mounted under `/<name>`. */
  readonly routes: Router;
  /** Its own control routes, mounted under `/control/<name>` beside the generic ones. */
  readonly control: Router;
  /** Forgets everything and restores the default accounts and settings. */
  readonly reset: () => void;
}

/** How a company joins the sandbox. */
export interface CompanyDefinition {
  readonly name: string;
  /** The names of its calls, for faults. */
  readonly calls: readonly [string, ...string[]];
  /** The shapes of its webhook bodies, for rules. */
  readonly webhookShapes: readonly [string, ...string[]];
  /** The kinds of address it sends each webhook to, where there are several; for rules. */
  readonly webhookDestinations?: readonly string[];
  readonly open: (services: CompanyServices) => Company;
}
