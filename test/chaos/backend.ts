import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { NewPayment } from '../../src/client';
import type { ConfirmInput } from '../../src/contract/workflow';
import type { Payment } from '../../src/domain/payment';
import type { RecordedAnswer } from '../model/recorded-run';
import { seenPayment, seenRefund } from './seen';
import { Slots } from './slots';

/** What one call of the API came to. */
export interface Answer {
  status: number;
  code: string | null;
  body: Record<string, unknown>;
}

/** A call as the backend means it; repeating it is part of meaning it. */
interface Call {
  name: RecordedAnswer['call'];
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  idempotencyKey?: string;
  noted?: Pick<RecordedAnswer, 'refundKey' | 'refundAmount'>;
}

/** How long it took until a create was acknowledged, in milliseconds. */
export interface CreateTime {
  /** Epoch ms of the acknowledgement. */
  at: number;
  /** From the first try. */
  totalMs: number;
  /** Of the try that was answered. */
  answerMs: number;
  tries: number;
}

/** Nobody waits any longer: the run is over. */
export class RunIsOver extends Error {
  override name = 'RunIsOver';
}

const FIRST_GAP_MS = 250;
const LONGEST_GAP_MS = 4_000;
/** Longer than the API takes for its longest answer. */
const PATIENCE_MS = 20_000;
/** Statuses after which the same call is made again. */
const AGAIN = [0, 429, 500, 502, 503, 504];

/**
 * A backend as it should be: it repeats what was not acknowledged, under the same key, at whichever API answers. Everything that
 * comes back is written down.
 */
export class Backend {
  readonly createTimes: CreateTime[] = [];
  /** Answers that the contract does not know: a defect, though not of the money. */
  readonly oddAnswers: string[] = [];
  /** All calls, and those that had to be repeated. */
  calls = { made: 0, repeated: 0 };
  private readonly agent = new Agent({
    connections: 64,
    headersTimeout: PATIENCE_MS,
    bodyTimeout: PATIENCE_MS,
  });
  private readonly slots: Slots;
  private turn = 0;

  constructor(
    private readonly apiUrls: readonly string[],
    private readonly apiKey: string,
    /** Calls at one time: a backend that floods the machine would measure only that. */
    callsAtOnce: number,
    private readonly over: AbortSignal,
  ) {
    this.slots = new Slots(callsAtOnce);
  }

  /** The payment, or the answer that refuses it. */
  create(answers: RecordedAnswer[], order: NewPayment, key: string): Promise<Answer> {
    const call = { method: 'POST', path: '/v1/payments', body: order, idempotencyKey: key } as const;
    return this.untilAnswered(answers, { name: 'create', ...call });
  }

  read(answers: RecordedAnswer[], id: string): Promise<Answer> {
    return this.untilAnswered(answers, { name: 'read', method: 'GET', path: `/v1/payments/${id}` });
  }

  refunds(answers: RecordedAnswer[], id: string): Promise<Answer> {
    const path = `/v1/payments/${id}/refunds`;
    return this.untilAnswered(answers, { name: 'read_refunds', method: 'GET', path });
  }

  confirm(answers: RecordedAnswer[], id: string, input: ConfirmInput = {}): Promise<Answer> {
    const path = `/v1/payments/${id}/confirm`;
    return this.untilAnswered(answers, { name: 'confirm', method: 'POST', path, body: input });
  }

  cancel(answers: RecordedAnswer[], id: string): Promise<Answer> {
    const path = `/v1/payments/${id}/cancel`;
    return this.untilAnswered(answers, { name: 'cancel', method: 'POST', path });
  }

  recheck(answers: RecordedAnswer[], id: string): Promise<Answer> {
    const path = `/v1/payments/${id}/recheck`;
    return this.untilAnswered(answers, { name: 'recheck', method: 'POST', path });
  }

  refund(answers: RecordedAnswer[], id: string, amount: number | null, key: string): Promise<Answer> {
    return this.untilAnswered(answers, {
      name: 'refund',
      method: 'POST',
      path: `/v1/payments/${id}/refunds`,
      body: amount === null ? {} : { amount },
      idempotencyKey: key,
      noted: { refundKey: key, refundAmount: amount },
    });
  }

  /** What the API keeps of its decisions; for looking into what went wrong. */
  async timeline(id: string): Promise<unknown> {
    const call = { name: 'read', method: 'GET', path: `/v1/payments/${id}/events` } as const;
    return (await this.once(call)).body['data'];
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  /** @throws RunIsOver */
  private async untilAnswered(answers: RecordedAnswer[], call: Call): Promise<Answer> {
    const began = Date.now();
    for (let tries = 1; ; tries += 1) {
      if (this.over.aborted) throw new RunIsOver();
      const answer = await this.slots.within(async () => {
        const sentAt = Date.now();
        const answer = await this.once(call);
        const answeredAt = Date.now();
        answers.push(recorded(call, answer, sentAt, answeredAt));
        if (call.name === 'create' && answer.status === 201) {
          this.createTimes.push({
            at: answeredAt,
            totalMs: answeredAt - began,
            answerMs: answeredAt - sentAt,
            tries,
          });
        }
        return answer;
      });
      this.calls.made += 1;
      this.noteOdd(call, answer);
      if (!AGAIN.includes(answer.status)) return answer;
      this.calls.repeated += 1;
      await delay(Math.min(FIRST_GAP_MS * 2 ** (tries - 1), LONGEST_GAP_MS), undefined, {
        signal: this.over,
      }).catch(() => undefined);
    }
  }

  private async once({ method, path, body, idempotencyKey }: Call): Promise<Answer & { replayed?: boolean }> {
    this.turn += 1;
    const base = this.apiUrls[this.turn % this.apiUrls.length] ?? '';
    try {
      const answer = await request(`${base}${path}`, {
        method,
        dispatcher: this.agent,
        headers: {
          authorization: `Bearer ${this.apiKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const parsed = (await answer.body.json()) as Record<string, unknown>;
      const code = answer.statusCode >= 400 ? String(parsed['code']) : null;
      const replayed = answer.headers['idempotent-replayed'] === 'true';
      return { status: answer.statusCode, code, body: parsed, replayed };
    } catch {
      return { status: 0, code: null, body: {} };
    }
  }

  private noteOdd({ name }: Call, { status, code, body }: Answer): void {
    const isOdd = status >= 500 && status !== 503;
    if (isOdd) this.oddAnswers.push(`${name} was answered ${status} ${code}: ${String(body['detail'])}`);
  }
}

function recorded(
  { name, noted }: Call,
  { status, code, body, replayed }: Answer & { replayed?: boolean },
  sentAt: number,
  answeredAt: number,
): RecordedAnswer {
  const isGood = status >= 200 && status < 300;
  return {
    call: name,
    sentAt,
    answeredAt,
    status,
    ...(code !== null && { code }),
    ...noted,
    ...(isGood && name === 'create' && { replayed: replayed === true }),
    ...(isGood && body['object'] === 'payment' && { payment: seenPayment(body) }),
    ...(isGood && body['object'] === 'refund' && { refund: seenRefund(body) }),
    ...(isGood &&
      name === 'read_refunds' && {
        refunds: (body['data'] as Record<string, unknown>[]).map(seenRefund),
      }),
  };
}

/** The payment of an answer, with everything that the payer is shown. */
export function paymentIn({ status, body }: Answer): Payment | null {
  return status >= 200 && status < 300 && body['object'] === 'payment' ? (body as unknown as Payment) : null;
}
