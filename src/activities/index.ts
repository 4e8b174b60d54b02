import type { Client } from '@temporalio/client';
import { accessTokenSource } from './access-token-source';
import { dropPayTokens } from '../providers/droppay/accounts';
import { createDropPayActivities } from '../providers/droppay/activities';
import { createEtPayActivities } from '../providers/etpay/activities';
import { createEventActivities } from './events';
import { createLogInActivities } from './log-in';
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
  // One account may serve both of DropPay's integrations: a name means the same account in both.
  const dropPay = { ...connections['droppay-acquirer'], ...connections['droppay-pos'] };
  const ofDropPay = dropPayTokens(dropPay);
  return {
    ...createDropPayActivities({
      connections: dropPay,
      accessTokens: accessTokenSource(client, ofDropPay),
    }),
    ...createPayerMaxActivities(connections.payermax),
    ...createPomeloActivities({ connections: connections.pomelo }),
    ...createEtPayActivities({ connections: connections.etpay }),
    ...createLogInActivities([ofDropPay]),
    ...createEventActivities({ client, taskQueue: TASK_QUEUE, url: eventsUrl, secrets: eventsSecrets }),
    ...createRefundActivities(client, TASK_QUEUE),
  };
}
