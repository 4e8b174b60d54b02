import type { Client } from '@temporalio/client';
import { accessTokenSource } from './access-token-source';
import { createDropPayActivities } from '../providers/droppay/activities';
import { createEtPayActivities } from '../providers/etpay/activities';
import { createEventActivities } from './events';
import { createPayerMaxActivities } from '../providers/payermax/activities';
import { createPomeloActivities } from '../providers/pomelo/activities';
import { createRefundActivities } from './refunds';
import type { WorkerConfig } from '../config/index';
import { TASK_QUEUE } from '../contract/workflow';

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
