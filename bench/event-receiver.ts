import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Payment } from '../src/domain/payment';

/** What has come for each payment, and who waits for it. */
class Arrivals<T> extends Map<string, T> {
  private readonly waiting = new Map<string, (one: T) => void>();

  override set(paymentId: string, one: T): this {
    this.waiting.get(paymentId)?.(one);
    this.waiting.delete(paymentId);
    return super.set(paymentId, one);
  }

  arrival(paymentId: string): Promise<T> {
    const known = this.get(paymentId);
    return known ? Promise.resolve(known) : new Promise((told) => this.waiting.set(paymentId, told));
  }
}

/** A backend that takes every event, and tells when each payment's end came. */
export class EventReceiver {
  /** When (ms since the epoch) and how each payment ended. */
  readonly ends = new Arrivals<{ at: number; status: string }>();
  private readonly newest = new Arrivals<Payment>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<EventReceiver> {
    const server = createServer();
    const receiver = new EventReceiver(server);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        receiver.take(body);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  end(paymentId: string): Promise<{ at: number; status: string }> {
    return this.ends.arrival(paymentId);
  }

  /** The payment as the first event tells it: when its payer can act, or when it has ended. */
  told(paymentId: string): Promise<Payment> {
    return this.newest.arrival(paymentId);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(() => closed()));
  }

  private take(body: string): void {
    const { type, data } = JSON.parse(body) as { type: string; data: { payment?: Payment } };
    const id = data.payment?.id;
    if (id && data.payment && data.payment.status !== 'processing') {
      this.newest.set(id, data.payment);
    }
    const status = type.slice('payment.'.length);
    if (!id || !['succeeded', 'failed', 'expired', 'cancelled', 'needs_review'].includes(status)) return;
    this.ends.set(id, { at: Date.now(), status });
  }
}
