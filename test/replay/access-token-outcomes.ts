import { createHash, randomUUID } from 'node:crypto';
import { type WorkflowClient, WithStartWorkflowOperation } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { FreshAccessToken } from '../../src/activities/log-in';
import {
  ACCESS_TOKEN_WORKFLOW,
  type AccessToken,
  accessTokenUpdate,
  accessTokenWorkflowId,
} from '../../src/contract/access-token';
import { TASK_QUEUE } from '../../src/contract/workflow';

const COMPANY = 'droppay';
const HOUR = 3_600_000;
const nameOf = (token: AccessToken) => createHash('sha256').update(token.value).digest('hex');

/** A company's login, and who asks its keeper for tokens. */
export class TokenStage {
  private readonly connection = randomUUID();
  readonly workflowId = accessTokenWorkflowId(COMPANY, this.connection);
  failure: ApplicationFailure | undefined;
  lifeMs = HOUR;
  logins = 0;

  constructor(
    readonly workflows: WorkflowClient,
    readonly sleep: (ms: number) => Promise<void>,
    private readonly now: () => Promise<number>,
  ) {}

  async logIn(): Promise<FreshAccessToken> {
    this.logins += 1;
    if (this.failure) throw this.failure;
    const expiresAt = new Date((await this.now()) + this.lifeMs).toISOString();
    const accessToken = { value: `token-${this.logins}`, expiresAt };
    return { accessToken, hash: nameOf(accessToken) };
  }

  /** Asks for a token other than the one that the company refuses. */
  ask(refused?: AccessToken): Promise<AccessToken> {
    const startWorkflowOperation = new WithStartWorkflowOperation(ACCESS_TOKEN_WORKFLOW, {
      workflowId: this.workflowId,
      taskQueue: TASK_QUEUE,
      args: [COMPANY, this.connection],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    return this.workflows.executeUpdateWithStart(accessTokenUpdate, {
      args: [refused ? nameOf(refused) : null],
      startWorkflowOperation,
    });
  }

  /** Asks in vain; answers why. */
  async askInVain(): Promise<string | undefined> {
    const reason = await this.ask().then(
      () => 'got a token',
      (error: { cause?: { type?: string } }) => error.cause?.type,
    );
    this.failure = undefined;
    return reason;
  }
}

const unavailable = ApplicationFailure.create({ message: 'HTTP 503', type: 'unavailable' });
const unauthenticated = ApplicationFailure.nonRetryable('wrong credentials', 'unauthenticated');

export interface TokenOutcome {
  /** The token in hand afterwards; null when there is none. */
  holds: RegExp | null;
  play(stage: TokenStage): Promise<unknown>;
}

/** Every way in which a keeper's run can go, by name, but the one into the next run. */
export const ACCESS_TOKEN_OUTCOMES: Readonly<Record<string, TokenOutcome>> = {
  'asked-by-many-at-once': {
    holds: /^token-1$/,
    play: (stage) => Promise.all([stage.ask(), stage.ask(), stage.ask()]),
  },
  'replaced-when-refused': {
    holds: /^token-2$/,
    play: async (stage) => stage.ask(await stage.ask()),
  },
  'replaced-before-its-end': {
    holds: /^token-3$/,
    async play(stage) {
      await stage.ask();
      await stage.sleep(2 * HOUR - 90_000);
    },
  },
  'short-lives': {
    holds: /^token-5$/,
    async play(stage) {
      stage.lifeMs = 20_000;
      await stage.ask();
      await stage.sleep(45_000);
    },
  },
  'credentials-refused-then-right': {
    holds: /^token-2$/,
    async play(stage) {
      stage.failure = unauthenticated;
      expect(await stage.askInVain()).toBe('unauthenticated');
      await stage.sleep(HOUR);
      await stage.ask();
    },
  },
  'refresh-failed-then-made-up-for': {
    holds: /^token-([7-9]|\d\d)$/,
    async play(stage) {
      await stage.ask();
      stage.failure = unavailable;
      await stage.sleep(HOUR - 50_000);
      while (stage.logins < 6) await stage.sleep(1_000);
      stage.failure = undefined;
      await stage.sleep(10_000);
    },
  },
  'asked-while-out-of-reach': {
    holds: null,
    async play(stage) {
      stage.failure = unavailable;
      const asked = stage.askInVain();
      await stage.sleep(30_000);
      expect(await asked).toBe('unavailable');
    },
  },
};
