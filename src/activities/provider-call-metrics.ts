import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { providerQueue } from '../contract/workflow';
import { PROVIDERS } from '../domain/payment';
import { PROVIDER_ERROR_KINDS } from '../providers/provider-error';
import type { LogInActivities } from './log-in';

/** Names of metrics of the worker, beside those of the Temporal SDK. */
export const PROVIDER_CALLS = 'holdfast_provider_calls_total';
export const PROVIDER_CALL_SECONDS = 'holdfast_provider_call_seconds';

/** Upper bounds of the histogram, in seconds: a provider's call may take 10 s, an activity a few of them. */
export const PROVIDER_CALL_SECONDS_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45];

/**
 * Counts and times every call of a provider by what came of it: what it answered, or the kind of its error. `defect`
 * is an error that no adapter foresees.
 */
export class ProviderCallMetrics implements ActivityInboundCallsInterceptor {
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const { info, metricMeter } = Context.current();
    const provider = providerCalled(info.taskQueue, info.activityType, input.args);
    if (!provider) return next(input);
    const started = process.hrtime.bigint();
    const count = (outcome: string): void => {
      const labels = { provider, call: info.activityType };
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      metricMeter.createCounter(PROVIDER_CALLS).add(1, { ...labels, outcome });
      metricMeter.createHistogram(PROVIDER_CALL_SECONDS, 'float').record(seconds, labels);
    };
    try {
      const result = await next(input);
      count(outcomeOf(result));
      return result;
    } catch (error) {
      count(kindOf(error));
      throw error;
    }
  }
}

const LOG_IN = 'logIn' satisfies keyof LogInActivities;

/**
 * Whom an activity calls: the provider whose task queue it is on, or the company that a login names. (A login is on the queue
 * of the workflows, because the calls that wait for its token may fill their provider's.) Null when it calls nobody.
 */
export function providerCalled(
  taskQueue: string,
  activityType: string,
  args: readonly unknown[],
): string | null {
  const provider = PROVIDERS.find((id) => providerQueue(id) === taskQueue);
  return provider ?? (activityType === LOG_IN && typeof args[0] === 'string' ? args[0] : null);
}

/** Every answer to the kit says what it is: an `outcome` of a write, or the `state` that was read. */
function outcomeOf(result: unknown): string {
  const { outcome, state } = Object(result) as { outcome?: unknown; state?: unknown };
  if (typeof outcome === 'string') return outcome;
  return typeof state === 'string' ? state : 'answered';
}

function kindOf(error: unknown): string {
  const type = error instanceof ApplicationFailure ? error.type : undefined;
  return PROVIDER_ERROR_KINDS.find((kind) => kind === type) ?? 'defect';
}
