import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Payment } from '../src/domain/payment';

/** A backend that takes every event, and tells when each payment's end came. */
export class EventReceiver {
  /** When (ms since the epoch) and how each payment ended. */
  readonly ends = new Map<string, { at: number; status: string }>();
  private readonly waiting = new Map<string, (end: { at: number; status: string }) => void>();
  private readonly newest = new Map<string, Payment>();
  private readonly listening = new Map<string, (payment: Payment) => void>();

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
    const known = this.ends.get(paymentId);
    return known ? Promise.resolve(known) : new Promise((told) => this.waiting.set(paymentId, told));
  }

  /** The payment as the first event tells it: when its payer can act, or when it has ended. */
  told(paymentId: string): Promise<Payment> {
    const known = this.newest.get(paymentId);
    return known ? Promise.resolve(known) : new Promise((tell) => this.listening.set(paymentId, tell));
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
      this.listening.get(id)?.(data.payment);
      this.listening.delete(id);
    }
    const status = type.slice('payment.'.length);
    if (!id || !['succeeded', 'failed', 'expired', 'cancelled', 'needs_review'].includes(status)) return;
    const end = { at: Date.now(), status };
    this.ends.set(id, end);
    this.waiting.get(id)?.(end);
    this.waiting.delete(id);
  }
}
