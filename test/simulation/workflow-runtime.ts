import { isDeepStrictEqual } from 'node:util';
import vm from 'node:vm';
import { TypedSearchAttributes } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { coresdk } from '@temporalio/proto';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import type { Workflow, WorkflowCreateOptions } from '@temporalio/worker/lib/workflow/interface';

export type Activation = coresdk.workflow_activation.IWorkflowActivation;
export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Command = coresdk.workflow_commands.IWorkflowCommand;

/** What one run of a workflow is started with. */
export interface RunOptions {
  workflowId: string;
  workflowType: string;
  runId: string;
  startedAt: number;
}

/** A workflow task that failed: in production the payment would stand still. */
class WorkflowTaskFailed extends Error {
  override name = 'WorkflowTaskFailed';
}

/** The SDK's own runtime of workflows, without Core and without a server. */
export class WorkflowRuntime {
  private constructor(private readonly creator: ReusableVMWorkflowCreator) {}

  /** @param code the bundle */
  static create(code: string, activities: readonly string[]): WorkflowRuntime {
    const bundle = { code, sourceMap: NO_SOURCE_MAP, filename: 'workflow-bundle.js' };
    // Not by its `create`: that collects a stack trace of every promise, which is most of the time of a schedule.
    return new WorkflowRuntime(
      new ReusableVMWorkflowCreator(
        new vm.Script(code, { filename: bundle.filename }),
        bundle,
        // No watchdog: it would be a thread for every call.
        undefined as never,
        new Set(activities),
      ),
    );
  }

  start(options: RunOptions): Promise<Workflow> {
    return this.creator.createWorkflow(createOptions(options));
  }
}

const NO_SOURCE_MAP = { version: 3, sources: [], mappings: '' } as never;

/** One run: its workflow in the VM, and all that it was told, so that it can be built anew at any moment. */
export class WorkflowRun {
  private workflow: Workflow | undefined;
  private readonly history: { activation: Activation; commands: Command[] }[] = [];
  private readonly flags = new Set<number>();

  constructor(
    private readonly runtime: WorkflowRuntime,
    readonly options: RunOptions,
  ) {}

  /** Tells the workflow what happened; answers what it wants. */
  async activate(jobs: Job[], now: number, suggestContinueAsNew: boolean): Promise<Command[]> {
    this.workflow ??= await this.runtime.start(this.options);
    const activation: Activation = {
      runId: this.options.runId,
      timestamp: msToTs(now),
      isReplaying: false,
      historyLength: 3 + this.history.length * 5,
      jobs,
      availableInternalFlags: [],
      continueAsNewSuggested: suggestContinueAsNew,
    };
    const commands = await this.run(this.workflow, activation);
    const accepted = commands.map(
      ({ updateResponse }) => updateResponse?.accepted && updateResponse.protocolInstanceId,
    );
    const isRefused = (id: string | null | undefined) =>
      commands.some(
        ({ updateResponse }) => updateResponse?.rejected && updateResponse.protocolInstanceId === id,
      ) &&
      jobs.some(({ doUpdate }) => doUpdate && doUpdate.protocolInstanceId === id) &&
      !accepted.includes(id);
    // A refused update leaves no trace in a history.
    const kept = jobs.filter(({ doUpdate }) => !doUpdate || !isRefused(doUpdate.protocolInstanceId));
    const trace = commands.filter(
      ({ updateResponse }) => !updateResponse || !isRefused(updateResponse.protocolInstanceId),
    );
    if (kept.length > 0 || trace.length > 0) {
      this.history.push({ activation: { ...activation, jobs: kept }, commands: trace });
    }
    return commands;
  }

  /**
   * Throws the workflow away and builds it anew from its history, as another worker would.
   * @throws WorkflowTaskFailed when it does not want the same again
   */
  async replay(): Promise<void> {
    if (this.history.length === 0) return;
    await this.workflow?.dispose();
    this.workflow = await this.runtime.start(this.options);
    for (const { activation, commands } of this.history) {
      const patches = commands.flatMap(({ setPatchMarker }) => setPatchMarker?.patchId ?? []);
      const jobs = [
        ...patches.map((patchId) => ({ notifyHasPatch: { patchId } })),
        ...(activation.jobs ?? []).map((job) =>
          job.doUpdate ? { doUpdate: { ...job.doUpdate, runValidator: false } } : job,
        ),
      ];
      const again = await this.run(this.workflow, {
        ...activation,
        jobs,
        isReplaying: true,
        availableInternalFlags: [...this.flags],
      });
      if (isDeepStrictEqual(plain(again), plain(commands))) continue;
      throw new WorkflowTaskFailed(
        `replay of ${this.options.workflowId} wants ${JSON.stringify(plain(again))}, wanted ${JSON.stringify(plain(commands))}`,
      );
    }
  }

  async dispose(): Promise<void> {
    await this.workflow?.dispose();
    this.workflow = undefined;
  }

  private async run(workflow: Workflow, activation: Activation): Promise<Command[]> {
    const { successful, failed } = await workflow.activate(activation);
    await workflow.getAndResetSinkCalls();
    if (!successful) {
      throw new WorkflowTaskFailed(
        `a task of ${this.options.workflowId} failed: ${failed?.failure?.message} ${failed?.failure?.stackTrace}`,
      );
    }
    for (const flag of successful.usedInternalFlags ?? []) this.flags.add(flag);
    return successful.commands ?? [];
  }
}

/** Without what belongs to a call stack. */
function plain(commands: Command[]): unknown {
  return commands.map((command) =>
    coresdk.workflow_commands.WorkflowCommand.toObject(
      coresdk.workflow_commands.WorkflowCommand.fromObject(command),
      { longs: String, bytes: String },
    ),
  );
}

function createOptions({ workflowId, workflowType, runId, startedAt }: RunOptions): WorkflowCreateOptions {
  return {
    info: {
      workflowId,
      runId,
      workflowType,
      searchAttributes: {},
      typedSearchAttributes: new TypedSearchAttributes(),
      taskQueue: 'holdfast',
      namespace: 'default',
      firstExecutionRunId: runId,
      originalExecutionRunId: runId,
      startTime: new Date(startedAt),
      runStartTime: new Date(startedAt),
      taskTimeoutMs: 10_000,
      attempt: 1,
      historyLength: 3,
      historySize: 300,
      continueAsNewSuggested: false,
      targetWorkerDeploymentVersionChanged: false,
      currentBuildId: '',
      unsafe: {
        now: () => startedAt,
        isReplaying: false,
        isReplayingHistoryEvents: false,
        random: undefined as never,
      },
      priority: {},
    },
    randomnessSeed: seedOf(runId),
    now: startedAt,
    showStackTraceSources: false,
  };
}

function seedOf(runId: string): number[] {
  return Array.from({ length: 8 }, (_, index) => runId.charCodeAt(runId.length - 1 - index) || index);
}
