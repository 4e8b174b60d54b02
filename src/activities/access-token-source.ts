import { randomUUID } from 'node:crypto';
import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import {
  ACCESS_TOKEN_WORKFLOW,
  type AccessToken,
  type AccessTokenMemo,
  accessTokenUpdate,
  accessTokenWorkflowId,
} from '../contract/access-token';
import { TASK_QUEUE } from '../contract/workflow';
import { type AccessTokens, LOG_IN, type TokenIssuer } from '../providers/access-tokens';
import { ProviderError, type ProviderErrorKind } from '../providers/provider-error';
import { hashOfToken } from './log-in';

/** A token this close to its end is not used any more, in milliseconds. */
const TOO_OLD_MS = 10_000;
/** The keeper gives up after 20 s; the caller's own time is not used up by waiting longer. */
const ASK_TIMEOUT_MS = 15_000;

interface Options {
  taskQueue?: string;
  askTimeoutMs?: number;
}

/** Whose tokens. */
type Issuer = Pick<TokenIssuer, 'company' | 'provider'>;

/**
 * A company's access tokens from each connection's keeper workflow: from memory, else from its memo, else by asking it,
 * which starts it when need be. All callers of this process share one request. `client` needs the data
 * converter that the workers use.
 */
export function accessTokenSource(client: Client, issuer: Issuer, options: Options = {}): AccessTokens {
  const sources = new Map<string, ConnectionTokens>();
  const of = (connection: string): ConnectionTokens => {
    const source = sources.get(connection) ?? new ConnectionTokens(client, issuer, connection, options);
    sources.set(connection, source);
    return source;
  };
  return {
    current: (connection) => of(connection).current(),
    replace: (connection, refused) => of(connection).replace(refused),
  };
}

class ConnectionTokens {
  private cached: AccessToken | undefined;
  private asking: Promise<AccessToken> | undefined;

  constructor(
    private readonly client: Client,
    private readonly issuer: Issuer,
    private readonly connection: string,
    private readonly options: Options,
  ) {}

  async current(): Promise<string> {
    if (isFresh(this.cached)) return this.cached.value;
    return (await this.share(async () => (await this.fromMemo()) ?? this.ask(null))).value;
  }

  async replace(refused: string): Promise<string> {
    if (this.cached?.value === refused) this.cached = undefined;
    if (isFresh(this.cached)) return this.cached.value;
    const shared = await this.share(() => this.ask(hashOfToken(refused)));
    if (shared.value !== refused) return shared.value;
    // The request under way was somebody's who did not know that this token is refused.
    this.cached = undefined;
    return (await this.share(() => this.ask(hashOfToken(refused)))).value;
  }

  private share(get: () => Promise<AccessToken>): Promise<AccessToken> {
    this.asking ??= this.keep(get).finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async keep(get: () => Promise<AccessToken>): Promise<AccessToken> {
    try {
      const { askTimeoutMs = ASK_TIMEOUT_MS } = this.options;
      this.cached = await this.client.withDeadline(Date.now() + askTimeoutMs, get);
      return this.cached;
    } catch (error) {
      throw asProviderError(error, this.issuer);
    }
  }

  private async fromMemo(): Promise<AccessToken | undefined> {
    try {
      const { memo } = await this.client.workflow.getHandle(this.workflowId()).describe();
      const { accessToken } = (memo ?? {}) as Partial<AccessTokenMemo>;
      return isFresh(accessToken) ? accessToken : undefined;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  private workflowId(): string {
    return accessTokenWorkflowId(this.issuer.company, this.connection);
  }

  private ask(staleTokenHash: string | null): Promise<AccessToken> {
    const { taskQueue = TASK_QUEUE } = this.options;
    const startWorkflowOperation = new WithStartWorkflowOperation(ACCESS_TOKEN_WORKFLOW, {
      workflowId: this.workflowId(),
      taskQueue,
      args: [this.issuer.company, this.connection],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `${this.issuer.provider} access token · ${this.connection}`,
    });
    return this.client.workflow.executeUpdateWithStart(accessTokenUpdate, {
      updateId: randomUUID(),
      args: [staleTokenHash],
      startWorkflowOperation,
    });
  }
}

function isFresh(token: AccessToken | undefined): token is AccessToken {
  return token !== undefined && Date.parse(token.expiresAt) - Date.now() > TOO_OLD_MS;
}

/**
 * Without an access token nothing is sent to the provider; only wrong credentials are worth no further try.
 */
function asProviderError(error: unknown, { provider }: Issuer): ProviderError {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  const refused = cause instanceof ApplicationFailure && cause.type === 'unauthenticated';
  const kind: ProviderErrorKind = refused ? 'unauthenticated' : 'not_sent';
  const reason = cause instanceof Error ? cause.message : 'the keeper of the access token cannot be reached';
  return new ProviderError({
    kind,
    provider,
    call: LOG_IN,
    message: `no access token: ${reason}`,
  });
}
