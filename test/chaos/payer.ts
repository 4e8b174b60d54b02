import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { ConfirmInput } from '../../src/contract/workflow';
import type { Payment } from '../../src/domain/payment';
import { underTest } from '../companies/index';
import { RunIsOver } from './backend';

const PATIENCE_MS = 5_000;
const GAP_MS = 500;

/** The sandbox refused it: too late, or done before. */
class Refused extends Error {
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
    await this.acts(payment, comesBack, 'approve');
  }

  async refuses(payment: Payment, comesBack: boolean): Promise<void> {
    await this.acts(payment, comesBack, 'refuse');
  }

  /** What the backend needs from the payer to confirm. */
  async fillsIn(payment: Payment): Promise<ConfirmInput> {
    const { confirmInput } = underTest(payment.provider);
    return (await confirmInput?.(payment, (method, path, body) => this.control(method, path, body))) ?? {};
  }

  /** @throws Refused when the sandbox says that it cannot be, RunIsOver */
  async control<T>(method: string, path: string, body: unknown = {}): Promise<T> {
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

  private async acts(payment: Payment, comesBack: boolean, act: 'approve' | 'refuse'): Promise<void> {
    const { page } = underTest(payment.provider).chaos;
    if (!page) throw new Error(`payers of ${payment.provider} do not do that at the provider`);
    if (payment.nextAction?.type !== 'redirect')
      throw new Error(`no page to pay on: ${payment.nextAction?.type}`);
    const path = page.path(payment, payment.nextAction.url);
    try {
      await this.control('POST', `${path}/${page[act]}`);
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
