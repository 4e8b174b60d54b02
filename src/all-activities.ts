import type { Client } from '@temporalio/client';
import { accessTokenSource } from './activities/access-token-source';
import { createDropPayActivities } from './activities/droppay';
import { createEtPayActivities } from './activities/etpay';
import { createEventActivities } from './activities/events';
import { createPayerMaxActivities } from './activities/payermax';
import { createPomeloActivities } from './activities/pomelo';
import { createRefundActivities } from './activities/refunds';
import type { WorkerConfig } from './config';
import { TASK_QUEUE } from './contract/workflow';

/** Everything that the workflows may ask of the world. */
export function activitiesOf(
  { connections, eventsUrl, eventsSecrets }: WorkerConfig,
  client: Client,
): object {
  return {
    // One account may serve both of DropPay's integrations: a name means the same account in both.
    ...createDropPayActivities({
      connections: { ...connections['droppay-acquirer'], ...connections['droppay-pos'] },
      accessTokens: accessTokenSource(client),
    }),
    ...createPayerMaxActivities(connections.payermax),
    ...createPomeloActivities({ connections: connections.pomelo }),
    ...createEtPayActivities({ connections: connections.etpay }),
    ...createEventActivities({ client, taskQueue: TASK_QUEUE, url: eventsUrl, secrets: eventsSecrets }),
    ...createRefundActivities(client, TASK_QUEUE),
  };
}
