import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Every call on the queue of the workflows: what Holdfast would be without a queue per provider. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: ({ options, ...rest }, next) =>
        next({ ...rest, options: { ...options, taskQueue: undefined } }),
    },
  ],
});
