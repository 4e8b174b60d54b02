import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import express, { type Express } from 'express';
import { CallLog } from './call-log';
import { SandboxClock } from './clock';
import type { Company, CompanyDefinition, CompanyServices } from './company';
import { answerControlError, ControlError } from './control-requests';
import { companyControlRoutes, sandboxControlRoutes } from './control-routes';
import { dropPayCompany } from './droppay/company';
import { etpayCompany } from './etpay/company';
import { FaultRates } from './fault-rates';
import { FaultBook } from './faults';
import { payerMaxCompany } from './payermax/company';
import { pomeloCompany } from './pomelo/company';
import { WebhookDelivery } from './webhook-delivery';
import { WebhookRuleBook } from './webhook-rules';

export interface SandboxOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Where people's browsers reach the sandbox; default: where it listens. */
  readonly publicUrl?: string;
  /**
   * Deliver webhooks to plain http on this machine too; default false, as the companies take https on 443
   * only.
   */
  readonly allowLoopbackHttpWebhooks?: boolean;
  /**
   * Where the default accounts have registered once that they want webhooks, for payments that name no address. DropPay
   * has no such registration.
   */
  readonly registeredWebhooks?: Readonly<Partial<Record<'payermax' | 'pomelo' | 'etpay', string>>>;
  /** Real time in epoch milliseconds; default Date.now. */
  readonly now?: () => number;
}

export interface Sandbox {
  readonly url: string;
  /** Cuts open connections, stops deliveries and ends. */
  close(): Promise<void>;
}

const COMPANIES: readonly CompanyDefinition[] = [
  dropPayCompany,
  payerMaxCompany,
  etpayCompany,
  pomeloCompany,
];

/** Starts the stand-ins and their control on one HTTP port; rejects when the port cannot be had. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = new SandboxClock(options.now);
  const stop = new AbortController();
  const registered: Readonly<Record<string, string | undefined>> = options.registeredWebhooks ?? {};
  let publicUrl = '';
  const opened = COMPANIES.map((definition) => {
    const services = openServices(clock, stop.signal, options, {
      publicUrl: () => `${publicUrl}/${definition.name}`,
      registeredWebhook: registered[definition.name],
    });
    return { definition, services, company: definition.open(services) };
  });
  const server = createServer(sandboxApp(clock, opened));
  const url = await listen(server, options);
  publicUrl = (options.publicUrl ?? url).replace(/\/+$/, '');
  return {
    url,
    async close() {
      stop.abort();
      clock.reset();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface OpenedCompany {
  readonly definition: CompanyDefinition;
  readonly services: CompanyServices;
  readonly company: Company;
}

function openServices(
  clock: SandboxClock,
  stopped: AbortSignal,
  options: SandboxOptions,
  addresses: Pick<CompanyServices, 'publicUrl' | 'registeredWebhook'>,
): CompanyServices {
  const rules = new WebhookRuleBook();
  const allowLoopbackHttp = options.allowLoopbackHttpWebhooks ?? false;
  const rates = new FaultRates();
  const webhooks = new WebhookDelivery(
    clock,
    (facts, destination) => rules.take(facts, destination) ?? rates.take(facts, destination),
    { allowLoopbackHttp, stopped },
  );
  const books = { faults: new FaultBook(), rates, calls: new CallLog(), rules };
  return { clock, ...books, webhooks, stopped, allowLoopbackHttp, ...addresses };
}

function sandboxApp(clock: SandboxClock, opened: readonly OpenedCompany[]): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  for (const { definition, company } of opened) app.use(`/${definition.name}`, company.routes);
  app.use('/control', express.json({ limit: '1mb' }));
  const names = opened.map(({ definition }) => definition.name);
  app.use(
    '/control',
    sandboxControlRoutes(clock, names, () => resetAll(clock, opened)),
  );
  for (const { definition, services, company } of opened) {
    app.use(`/control/${definition.name}`, companyControlRoutes(definition, services), company.control);
  }
  app.use((request) => {
    throw new ControlError(
      404,
      `There is no ${request.method} ${request.path}. docs/sandbox.md lists the routes.`,
    );
  });
  app.use(answerControlError);
  return app;
}

function resetAll(clock: SandboxClock, opened: readonly OpenedCompany[]): void {
  clock.reset();
  for (const { services, company } of opened) {
    services.faults.clear();
    services.rates.clear();
    services.rules.clear();
    services.calls.clear();
    services.webhooks.clear();
    company.reset();
  }
}

async function listen(server: Server, options: SandboxOptions): Promise<string> {
  const host = options.host ?? '127.0.0.1';
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
