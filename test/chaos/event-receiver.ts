import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { RecordedDelivery } from '../model/recorded-run';
import { seenPayment, seenRefund } from './seen';

/** How the backend's own address behaves. */
export type ReceiverMood = 'takes' | 'fails' | 'hangs';

interface EventBody {
  type: string;
  timestamp: string;
  data: { payment?: Record<string, unknown>; refund?: Record<string, unknown> };
}

/** The backend's address for events: keeps every try that came, whatever it answered. */
export class EventReceiver {
  readonly secret = `whsec_${randomBytes(32).toString('base64')}`;
  mood: ReceiverMood = 'takes';
  /** Tries that nothing proved to come from Holdfast. */
  forged = 0;
  private readonly deliveries = new Map<string, RecordedDelivery[]>();
  private readonly verifier = new Webhook(this.secret);
  private onTaken: (paymentId: string, payment: Record<string, unknown> | undefined) => void = () =>
    undefined;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.take(request, response));
  }

  static async open(): Promise<EventReceiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new EventReceiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Told of every event that is taken: the payment it is about, and how that stands if it says so. */
  whenTaken(tell: (paymentId: string, payment: Record<string, unknown> | undefined) => void): void {
    this.onTaken = tell;
  }

  deliveriesOf(paymentId: string): RecordedDelivery[] {
    return this.deliveries.get(paymentId) ?? [];
  }

  /** Payments that events came for. */
  paymentIds(): string[] {
    return [...this.deliveries.keys()];
  }

  count(): number {
    return [...this.deliveries.values()].reduce((sum, tries) => sum + tries.length, 0);
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const text = await textOf(request);
    if (text === null) return;
    const webhookId = String(request.headers['webhook-id']);
    if (!this.isProven(text, request.headers as Record<string, string>)) {
      this.forged += 1;
      response.writeHead(400).end();
      return;
    }
    const { type, timestamp, data } = JSON.parse(text) as EventBody;
    const paymentId = String(data.payment?.['id'] ?? data.refund?.['paymentId']);
    const taken = this.mood === 'takes';
    const tries = this.deliveries.get(paymentId) ?? [];
    this.deliveries.set(paymentId, tries);
    tries.push({
      at: Date.now(),
      webhookId,
      taken,
      type,
      timestamp,
      ...(data.payment && { payment: seenPayment(data.payment) }),
      ...(data.refund && { refund: seenRefund(data.refund) }),
    });
    // Who hangs leaves the connection to the sender's own time limit.
    if (this.mood === 'hangs') return;
    response.writeHead(taken ? 204 : 500).end();
    if (taken) this.onTaken(paymentId, data.payment);
  }

  private isProven(text: string, headers: Record<string, string>): boolean {
    try {
      this.verifier.verify(text, headers);
      return true;
    } catch {
      return false;
    }
  }
}

/** Null when the connection broke before all of it had come. */
async function textOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  } catch {
    return null;
  }
}
