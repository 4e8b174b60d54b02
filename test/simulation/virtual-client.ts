import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type WithStartWorkflowOperation,
} from '@temporalio/client';
import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { UPDATE_DEADLINE_MS } from '../../src/api/temporal-calls';
import type { Execution, UpdateEnd } from './execution';
import type { StartOptions, VirtualServer } from './virtual-server';
import type { Agenda, Dice } from './virtual-time';

interface Definition {
  name: string;
}

interface StartRequest {
  workflowId: string;
  args?: unknown[];
  memo?: Record<string, unknown>;
  workflowIdReusePolicy?: string;
  workflowIdConflictPolicy?: string;
  signal?: Definition;
  signalArgs?: unknown[];
}

/** Temporal's client over the virtual server: those of its calls that the API and the activities make. */
export class VirtualClient {
  private updates = 0;
  /** The server cannot be reached before this (epoch ms). */
  downUntil = 0;
  /** Whether an update that was not taken in within its caller's patience is lost. */
  forgetsUpdates = false;

  constructor(
    private readonly server: VirtualServer,
    private readonly agenda: Agenda,
    private readonly dice: Dice,
  ) {}

  /** As the code under test knows it. */
  asClient(): Client {
    return {
      withDeadline: (_deadline: number, call: () => unknown) => call(),
      workflow: {
        getHandle: (workflowId: string) => this.handle(workflowId),
        startUpdateWithStart: (definition: Definition, options: never) =>
          this.updateWithStart(definition, options),
        signalWithStart: (workflowType: string, request: StartRequest) =>
          this.signalWithStart(workflowType, request),
        start: (workflowType: string, request: StartRequest) => this.startOnce(workflowType, request),
      },
    } as unknown as Client;
  }

  private handle(workflowId: string) {
    return {
      describe: async () => {
        const execution = await this.reach(workflowId);
        if (!execution) throw notFound(workflowId);
        return { memo: structuredClone(execution.memo), status: { name: execution.status } };
      },
      signal: async (definition: Definition, ...args: unknown[]) => {
        const execution = await this.reach(workflowId);
        if (execution?.status !== 'RUNNING') throw notFound(workflowId);
        this.server.signal(execution, definition.name, args);
      },
      startUpdate: async (definition: Definition, { args = [] }: { args?: unknown[] }) => {
        const execution = await this.reach(workflowId);
        if (execution?.status !== 'RUNNING') throw notFound(workflowId);
        this.updates += 1;
        return this.patiently(execution, `update-${this.updates}`, definition, args);
      },
    };
  }

  private async updateWithStart(
    definition: Definition,
    {
      updateId,
      args = [],
      startWorkflowOperation,
    }: {
      updateId?: string;
      args?: unknown[];
      startWorkflowOperation: WithStartWorkflowOperation<never>;
    },
  ): Promise<unknown> {
    const { workflowTypeOrFunc, options } = startWorkflowOperation;
    const request = options as StartRequest;
    const known = await this.reach(request.workflowId);
    this.updates += 1;
    const id = updateId ?? `update-${this.updates}`;
    if (known && known.status !== 'RUNNING' && request.workflowIdReusePolicy === 'REJECT_DUPLICATE') {
      const stored = known.updates.get(id)?.end;
      if (stored) return { result: async () => outcomeOf(stored) };
      throw new WorkflowExecutionAlreadyStartedError(
        'already started',
        request.workflowId,
        String(workflowTypeOrFunc),
      );
    }
    const execution =
      known?.status === 'RUNNING'
        ? known
        : this.server.start(startOptions(String(workflowTypeOrFunc), request));
    return this.patiently(execution, id, definition, args);
  }

  private async signalWithStart(workflowType: string, request: StartRequest): Promise<void> {
    const known = await this.reach(request.workflowId);
    const execution =
      known?.status === 'RUNNING' ? known : this.server.start(startOptions(workflowType, request));
    this.server.signal(execution, request.signal?.name ?? '', request.signalArgs ?? []);
  }

  private async startOnce(workflowType: string, request: StartRequest): Promise<void> {
    const known = await this.reach(request.workflowId);
    if (known?.status !== 'RUNNING') this.server.start(startOptions(workflowType, request));
  }

  /** An update that nobody answers within its deadline may still be carried out. */
  private patiently(
    execution: Execution,
    id: string,
    { name }: Definition,
    args: unknown[],
  ): { result: () => Promise<unknown> } {
    const outcome = new Promise((resolve, reject) => {
      const deadline = this.agenda.after(UPDATE_DEADLINE_MS, () => {
        if (this.forgetsUpdates) this.server.forget(execution, id);
        reject(new WorkflowUpdateRPCTimeoutOrCancelledError('nobody answered in time'));
      });
      void this.server.update(execution, id, name, args).then((end) => {
        deadline.cancelled = true;
        try {
          resolve(outcomeOf(end));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    return { result: () => outcome };
  }

  /** A call takes some milliseconds: meanwhile something else may happen. */
  private async reach(workflowId: string): Promise<Execution | undefined> {
    await this.agenda.pause(1 + this.dice.roll(8));
    if (this.agenda.now < this.downUntil) {
      throw Object.assign(new Error('Temporal is out of reach'), { code: 14, details: '', metadata: {} });
    }
    return this.server.find(workflowId);
  }
}

function startOptions(
  workflowType: string,
  { workflowId, args = [], memo = {} }: StartRequest,
): StartOptions {
  return { workflowType, workflowId, args, memo };
}

function outcomeOf(end: UpdateEnd): unknown {
  if ('result' in end) return structuredClone(end.result);
  const failure =
    'failure' in end
      ? end.failure
      : { message: 'closed', applicationFailureInfo: { type: 'AcceptedUpdateCompletedWorkflow' } };
  throw new WorkflowUpdateFailedError(
    'Workflow Update failed',
    defaultFailureConverter.failureToError(failure, defaultPayloadConverter),
  );
}

function notFound(workflowId: string): WorkflowNotFoundError {
  return new WorkflowNotFoundError('no open workflow', workflowId, undefined);
}
