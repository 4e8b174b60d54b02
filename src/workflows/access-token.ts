import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  log,
  proxyActivities,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { FreshAccessToken, LogInActivities } from '../activities/log-in';
import { type AccessTokenMemo, accessTokenUpdate } from '../contract/access-token';

const SECOND = 1_000;

/** How long before its end a token is replaced. */
const REFRESH_BEFORE_END_MS = 60 * SECOND;
/** A token this close to its end is of no use to who asks for one. */
const TOO_OLD_TO_HAND_OUT_MS = 10 * SECOND;
const AGAIN_AFTER_FAILED_REFRESH_MS = 10 * SECOND;

/**
 * Keeps one connection's access token: in its memo for everybody to read, replaced before it ends, and replaced on
 * request when the company refuses it. However many ask at once, there is one login. A login that the company refuses
 * is not repeated until somebody asks again.
 *
 * @param company whose login is asked for, by the name of its folder in src/providers
 * @param carried the token of the run that this one continues
 */
export async function accessToken(
  company: string,
  connection: string,
  carried?: FreshAccessToken,
): Promise<void> {
  const keeper = new TokenKeeper(company, connection, carried);
  setHandler(accessTokenUpdate, async (staleTokenHash) => {
    const token = await keeper.tokenOtherThan(staleTokenHash);
    return token.accessToken;
  });
  await keeper.refreshUntil(() => workflowInfo().continueAsNewSuggested);
  await condition(allHandlersFinished);
  await continueAsNew<typeof accessToken>(company, connection, keeper.held);
}

class TokenKeeper {
  private readonly activities: LogInActivities;
  private login: Promise<FreshAccessToken> | undefined;
  /** When to refresh, in ms since the epoch; never while the last login was refused. */
  private refreshAt = Infinity;
  /** Counts logins that ended: wakes the refresh loop. */
  private logins = 0;

  constructor(
    private readonly company: string,
    private readonly connection: string,
    public held: FreshAccessToken | undefined,
  ) {
    this.activities = loginsAt(company);
    if (held) this.hold(held);
  }

  async tokenOtherThan(staleTokenHash: string | null): Promise<FreshAccessToken> {
    const { held } = this;
    if (held && held.hash !== staleTokenHash && lifeLeft(held) > TOO_OLD_TO_HAND_OUT_MS) return held;
    const token = await this.logInOnce();
    if (token.hash !== staleTokenHash) return token;
    throw ApplicationFailure.nonRetryable(
      `${this.company} refuses an access token and gives the same one again at the next login`,
      'unauthenticated',
    );
  }

  async refreshUntil(enough: () => boolean): Promise<void> {
    while (!enough()) {
      const seen = this.logins;
      const news = () => this.logins !== seen || enough();
      const timeLeft = this.refreshAt - Date.now();
      const woken =
        timeLeft === Infinity
          ? await condition(news).then(() => true)
          : await condition(news, Math.max(timeLeft, 1));
      if (woken) continue;
      await this.logInOnce().catch((error: unknown) => {
        if (!(error instanceof ApplicationFailure)) throw error;
        const { company, connection } = this;
        log.warn('access token was not refreshed', { company, connection, kind: error.type });
      });
    }
  }

  private logInOnce(): Promise<FreshAccessToken> {
    this.login ??= this.logIn().finally(() => {
      this.login = undefined;
      this.logins += 1;
    });
    return this.login;
  }

  private async logIn(): Promise<FreshAccessToken> {
    try {
      const token = await this.activities.logIn(this.company, this.connection);
      this.hold(token);
      return token;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      const failure = asUpdateFailure(error, this.company);
      const stillAlive = this.held !== undefined && lifeLeft(this.held) > 0;
      this.refreshAt =
        stillAlive && failure.type !== 'unauthenticated'
          ? Date.now() + AGAIN_AFTER_FAILED_REFRESH_MS
          : Infinity;
      throw failure;
    }
  }

  private hold(token: FreshAccessToken): void {
    this.held = token;
    const memo: AccessTokenMemo = { accessToken: token.accessToken };
    upsertMemo({ ...memo });
    const left = lifeLeft(token);
    // A token that lives shorter than the margin is replaced after half its life.
    this.refreshAt = Date.now() + Math.max(left - REFRESH_BEFORE_END_MS, left / 2, SECOND);
  }
}

function loginsAt(company: string): LogInActivities {
  return proxyActivities<LogInActivities>({
    summary: `log in at ${company}`,
    // In the workflow's own queue: those who wait for the token fill that of the provider.
    startToCloseTimeout: 15 * SECOND,
    // Whoever waits for a token waits this long at most.
    scheduleToCloseTimeout: 20 * SECOND,
    retry: { initialInterval: SECOND / 2, backoffCoefficient: 2, maximumInterval: 5 * SECOND },
  });
}

function lifeLeft(token: FreshAccessToken): number {
  return Date.parse(token.accessToken.expiresAt) - Date.now();
}

/**
 * Tells those who wait for the token why there is none. Any other kind of error would fail the workflow's task again and
 * again instead.
 */
function asUpdateFailure({ cause }: ActivityFailure, company: string): ApplicationFailure {
  if (cause instanceof ApplicationFailure) {
    return ApplicationFailure.nonRetryable(cause.message, cause.type ?? 'unavailable');
  }
  return ApplicationFailure.nonRetryable(`${company} did not answer the login in time`, 'unavailable');
}
