import { log, metricMeter, workflowInfo } from '@temporalio/workflow';
import { LONG_HISTORIES } from '../../contract/metrics';

/** Temporal ends a workflow at 51,200 events; a payment of two days with a look-up every 9 minutes has about 3,000. */
const LONG_HISTORY_EVENTS = 20_000;

/** Raises an alarm, once, when the history of a payment grows long. */
export class LongHistoryAlarm {
  private told = false;

  check(): void {
    const { historyLength } = workflowInfo();
    if (this.told || historyLength < LONG_HISTORY_EVENTS) return;
    this.told = true;
    log.warn('the history of this payment grows long', { events: historyLength });
    metricMeter.createCounter(LONG_HISTORIES).add(1);
  }
}
