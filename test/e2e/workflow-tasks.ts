import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils';

/** What the history of one workflow tells of the workers that ran it. */
export interface RanWorkflow {
  id: string;
  /** Process ids of the workers that ended its workflow tasks. */
  ranBy: Set<string>;
  lastRanBy: string | undefined;
  /** Messages of workflow tasks that failed in the worker. */
  failures: string[];
  /** Patches that it has begun with. */
  patches: string[];
}

/** Every workflow of the namespace, runs that were continued included. */
export async function ranWorkflows(client: Client): Promise<RanWorkflow[]> {
  const ran: RanWorkflow[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    ran.push(toldBy(workflowId, await client.workflow.getHandle(workflowId, runId).fetchHistory()));
  }
  return ran;
}

function toldBy(id: string, { events }: History): RanWorkflow {
  const told = { id, ranBy: [] as string[], failures: [] as string[], patches: [] as string[] };
  for (const event of events ?? []) {
    const { workflowTaskCompletedEventAttributes: completed, workflowTaskFailedEventAttributes: failed } =
      event;
    if (completed) told.ranBy.push(completed.identity?.split('@')[0] ?? '');
    if (failed && Number(failed.cause) !== MESSAGE_CAME)
      told.failures.push(failed.failure?.message ?? 'without a message');
    told.patches.push(...patchesOf(event.markerRecordedEventAttributes?.details));
  }
  return { ...told, ranBy: new Set(told.ranBy), lastRanBy: told.ranBy.at(-1) };
}

/** temporal.api.enums.v1.WorkflowTaskFailedCause: a message came while the workflow was closing; it is asked once more. */
const MESSAGE_CAME = 1;

type Details = NonNullable<
  NonNullable<History['events']>[number]['markerRecordedEventAttributes']
>['details'];

/** The SDK writes the id of a patch in plain JSON. */
function patchesOf(details: Details): string[] {
  const data = details?.['patch-data']?.payloads?.[0]?.data;
  return data ? [(JSON.parse(Buffer.from(data).toString()) as { id: string }).id] : [];
}
