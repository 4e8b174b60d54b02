import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Request, type Response } from 'express';
import { EventRefused, type VerifiedEvent, verifyEvent } from '../client/index';

/** How many events are remembered. */
const MOST_EVENTS = 1_000;
/** Its list of events has no login: only this machine may read it. */
const HOST = '127.0.0.1';

/** An event as the receiver lists it. */
export interface ReceivedEvent {
  event: VerifiedEvent;
  /** RFC 3339: when it first came. */
  receivedAt: string;
  /** How often it came: above 1, an answer of ours was lost. */
  deliveries: number;
}

/**
 * A backend that takes events, to start from: verifies each one, does its work once per id, answers 204.
 * `POST /` takes events (400 for what is not proven), `GET /events` lists them, oldest first.
 *
 * @param print gets a line per event
 */
export function createReceiver(secrets: readonly string[], print: (line: string) => void): Express {
  const received = new Map<string, ReceivedEvent>();

  function receive(request: Request, response: Response): void {
    const event = verifiedOrNull(request, secrets, print);
    if (!event) {
      response.status(400).end();
      return;
    }
    const known = received.get(event.id);
    if (known) known.deliveries += 1;
    else {
      received.set(event.id, { event, receivedAt: new Date().toISOString(), deliveries: 1 });
      print(lineOf(event));
    }
    const oldest = received.keys().next().value;
    if (received.size > MOST_EVENTS && oldest !== undefined) received.delete(oldest);
    response.status(204).end();
  }

  const app = express();
  app.disable('x-powered-by');
  app.get('/events', (_request, response) => {
    response.json({ data: [...received.values()] });
  });
  app.post('/{*path}', express.raw({ type: () => true, limit: '256kb' }), receive);
  return app;
}

function verifiedOrNull(
  request: Request,
  secrets: readonly string[],
  print: (line: string) => void,
): VerifiedEvent | null {
  try {
    // Without a body express.raw leaves none.
    return verifyEvent((request.body as Buffer | undefined) ?? '', request.headers, secrets);
  } catch (error) {
    if (!(error instanceof EventRefused)) throw error;
    print(`refused: ${error.message}`);
    return null;
  }
}

/** What happened to which payment. Nothing personal. */
function lineOf({ timestamp, type, data }: VerifiedEvent): string {
  if ('payment' in data) {
    const { id, amount, currency } = data.payment;
    return `${timestamp} ${type} ${id} ${amount} ${currency}`;
  }
  if ('refund' in data) {
    const { id, paymentId, amount, currency } = data.refund;
    return `${timestamp} ${type} ${id} of ${paymentId} ${amount} ${currency}`;
  }
  return `${timestamp} ${String(type)}`;
}

async function main(): Promise<void> {
  const secrets = (process.env['HOLDFAST_EVENTS_SECRETS'] ?? '').split(',').map((secret) => secret.trim());
  const port = Number(process.env['HOLDFAST_RECEIVER_PORT'] || 4100);
  if (!secrets.every((secret) => /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret))) {
    throw new Error('HOLDFAST_EVENTS_SECRETS must be the whsec_…,… that the worker signs with');
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error('HOLDFAST_RECEIVER_PORT must be a port number from 0 to 65535 (0 = any free port)');
  }
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const server = await listening(createReceiver(secrets, print), port);
  print(`receiver listens on http://${HOST}:${(server.address() as AddressInfo).port}`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop(server));
}

function listening(app: Express, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, HOST, (error?: NodeJS.ErrnoException) => {
      if (!error) return resolve(server);
      const fix = error.code === 'EADDRINUSE' ? '. Free the port or set HOLDFAST_RECEIVER_PORT' : '';
      reject(new Error(`${error.message}${fix}`));
    });
  });
}

function stop(server: Server): void {
  server.close();
  server.closeAllConnections();
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
