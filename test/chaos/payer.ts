import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Payment } from '../../src/domain/payment';
import { RunIsOver } from './backend';

const PATIENCE_MS = 5_000;
const GAP_MS = 500;

/** The sandbox refused it: too late, or done before. */
export class Refused extends Error {
  override name = 'Refused';
}

/** What payers do at the provider, by the sandbox's control. They act on what they are shown, and try until it is done. */
export class Payer {
  private readonly agent: Agent;

  /** @param patienceMs how long one try waits for an answer */
  constructor(
    private readonly sandboxUrl: string,
    private readonly over: AbortSignal,
    patienceMs = PATIENCE_MS,
  ) {
    this.agent = new Agent({ headersTimeout: patienceMs, bodyTimeout: 60_000 });
  }

  /** At a provider whose payer pays without the backend. */
  async pays(payment: Payment, comesBack: boolean): Promise<void> {
    await this.acts(payment, comesBack, { 'droppay-pos': 'approve', pomelo: 'approve', etpay: 'approve' });
  }

  async refuses(payment: Payment, comesBack: boolean): Promise<void> {
    await this.acts(payment, comesBack, { 'droppay-pos': 'refuse', pomelo: 'fail', etpay: 'refuse' });
  }

  /** Fills in the card form: what the browser hands to the backend. */
  async fillsIn({ nextAction }: Payment): Promise<Record<string, string>> {
    if (nextAction?.type !== 'dropin') throw new Error(`no form to fill in: ${nextAction?.type}`);
    const path = `/payermax/sessions/${nextAction.sessionKey}/payment-token`;
    const { paymentToken } = await this.control<{ paymentToken: string }>('POST', path);
    return { paymentToken, clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0' };
  }

  /** @throws Refused when the sandbox says that it cannot be, RunIsOver */
  async control<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body: unknown = {}): Promise<T> {
    for (;;) {
      if (this.over.aborted) throw new RunIsOver();
      const answer = await this.once(method, path, body);
      if (answer && answer.status < 300) return answer.body as T;
      if (answer)
        throw new Refused(`sandbox ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      await delay(GAP_MS, undefined, { signal: this.over }).catch(() => undefined);
    }
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async acts(
    payment: Payment,
    comesBack: boolean,
    acts: Partial<Record<Payment['provider'], string>>,
  ): Promise<void> {
    const act = acts[payment.provider];
    if (act === undefined) throw new Error(`payers of ${payment.provider} do not do that at the provider`);
    const kind =
      payment.provider === 'droppay-pos' ? 'droppay/authorizations' : `${payment.provider}/payments`;
    const path = `/${kind}/${shownTo(payment)}`;
    try {
      await this.control('POST', `${path}/${act}`);
    } catch (error) {
      // A repeat of what was done, though its answer was lost; or it ended before.
      if (!(error instanceof Refused)) throw error;
    }
    if (!comesBack) return;
    const { returnUrl } = await this.control<{ returnUrl: string | null }>('GET', path);
    if (returnUrl) await this.opens(returnUrl);
  }

  /** As a browser does, with a person before it who reloads what does not come. */
  private async opens(url: string): Promise<void> {
    while (!this.over.aborted) {
      const status = await this.statusOf(url);
      if (status !== null && status < 500) return;
      await delay(GAP_MS, undefined, { signal: this.over }).catch(() => undefined);
    }
    throw new RunIsOver();
  }

  private async statusOf(url: string): Promise<number | null> {
    try {
      const answer = await request(url, { dispatcher: this.agent });
      await answer.body.dump();
      return answer.statusCode;
    } catch {
      return null;
    }
  }

  /** Null when there was no answer. */
  private async once(method: string, path: string, body: unknown) {
    try {
      const answer = await request(`${this.sandboxUrl}/control${path}`, {
        method: method as 'GET',
        dispatcher: this.agent,
        ...(method === 'POST' && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      return { status: answer.statusCode, body: await answer.body.json() };
    } catch {
      return null;
    }
  }
}

/** The provider's own name of what the payer sees: a create that was repeated leaves others behind. */
function shownTo({ provider, providerReference, nextAction }: Payment): string {
  if (nextAction?.type !== 'redirect') throw new Error(`no page to pay on: ${nextAction?.type}`);
  if (provider !== 'etpay') return providerReference ?? '';
  return new URL(nextAction.url).pathname.split('/').at(-1) ?? '';
}
