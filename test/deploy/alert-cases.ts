/** Series as promtool writes them, one sample a minute: `0+1x60` rises by one, `3x60` stays. */
type Series = Record<string, string>;

/** What must raise an alert after so many minutes, and what must not. */
export interface AlertCase {
  fires: Series;
  calm: Series;
  afterMinutes?: number;
}

const calls = (outcome: string, provider = 'payermax', call = 'payerMaxOrderQuery') =>
  `holdfast_provider_calls_total{provider="${provider}",call="${call}",outcome="${outcome}",instance="worker:9464"}`;
const callbacks = (result: string, provider = 'etpay') =>
  `holdfast_webhooks_total{provider="${provider}",result="${result}",instance="api:3000"}`;
const tries = (outcome: string) => `holdfast_event_tries_total{outcome="${outcome}",namespace="default"}`;
const open = (status: string) => `holdfast_payments_open{provider="pomelo",status="${status}"}`;
const overdue = (status: string, by: string) =>
  `holdfast_payments_overdue{provider="pomelo",status="${status}",by="${by}"}`;
const queue = (metric: string) =>
  `holdfast_task_queue_${metric}{task_queue="holdfast/etpay",kind="activity",instance="api:3000"}`;

/** A counter that no process had yet, and that is counted up once. */
const bornAtOne = '_x30 1x40';
/** A counter that was counted up once, long ago: as calm as none. */
const longAgo = '1x70';
const once = (counter: string): AlertCase => ({
  fires: { [counter]: bornAtOne },
  calm: { [counter]: longAgo },
});
/** The same for a rule that looks back for an hour. */
const onceInAnHour = (counter: string): AlertCase => ({
  fires: { [counter]: '_x100 1x60' },
  calm: { [counter]: '1x160' },
  afterMinutes: 120,
});

const DAY = 1_440;

/** One case at least for every alert. */
export const ALERT_CASES: Readonly<Record<string, AlertCase>> = {
  HoldfastPaymentNeedsReview: {
    fires: { [open('needs_review')]: '0x9 1x30' },
    calm: { [open('needs_review')]: '0x40', [open('processing')]: '9x40' },
  },
  HoldfastPaymentNeedsReviewForADay: {
    fires: { [open('needs_review')]: `1x${2 * DAY}` },
    calm: { [open('needs_review')]: `1x${DAY} 0x20 1x${DAY}` },
    afterMinutes: DAY + 30,
  },
  HoldfastPaymentProcessingLong: {
    fires: { [overdue('processing', '15m')]: '0x9 2x40' },
    calm: { [overdue('processing', '15m')]: '0x40', [open('processing')]: '50x40' },
  },
  HoldfastPaymentProcessingTooLong: {
    fires: { [overdue('processing', '3d')]: '0x9 1x40' },
    calm: { [overdue('processing', '3d')]: '0x40', [overdue('processing', '15m')]: '1x40' },
  },
  HoldfastPaymentOverdue: {
    fires: { [overdue('requires_confirmation', '5m')]: '0x9 1x40' },
    calm: { [overdue('requires_action', '5m')]: '0x40', [open('requires_action')]: '80x40' },
  },
  HoldfastPaymentCutOff: {
    fires: { 'holdfast_payments_cut_off{provider="pomelo"}': '0x9 1x40' },
    calm: { 'holdfast_payments_cut_off{provider="pomelo"}': '0x50' },
  },
  HoldfastRefundsCutOff: {
    fires: { holdfast_refunds_cut_off: '0x9 1x40' },
    calm: { holdfast_refunds_cut_off: '0x50', 'holdfast_refunds_open{status="processing"}': '1x50' },
  },
  HoldfastEventsCutOff: {
    fires: { holdfast_event_queues_cut_off: '0x9 1x40' },
    calm: { holdfast_event_queues_cut_off: '0x50' },
  },
  HoldfastRefundNeedsReview: {
    fires: { 'holdfast_refunds_open{status="needs_review"}': '0x9 1x40' },
    calm: { 'holdfast_refunds_open{status="processing"}': '3x50' },
  },
  HoldfastRefundProcessingLong: {
    fires: { 'holdfast_refunds_open_older{status="processing",than="3d"}': '1x500' },
    calm: { 'holdfast_refunds_open_older{status="processing",than="3d"}': '1x200 0x10 1x300' },
    afterMinutes: 400,
  },
  HoldfastHistoryLong: onceInAnHour('holdfast_long_histories_total{workflowType="pomelo"}'),
  HoldfastProviderUnavailable: {
    fires: { [calls('unavailable')]: '0+2x60', [calls('open')]: '0+1x60' },
    calm: {
      [calls('unavailable')]: '0+1x60',
      [calls('open')]: '0+2x60',
      [calls('not_sent', 'etpay')]: '1x60',
    },
  },
  HoldfastProviderRefusesCredentials: once(calls('unauthenticated')),
  HoldfastProviderRefusesRequests: once(calls('invalid_request')),
  HoldfastProviderLimitsRate: {
    fires: { [calls('rate_limited')]: '0+2x60' },
    calm: { [calls('rate_limited')]: '0x40 3x20' },
  },
  HoldfastProviderOutcomeUnknown: {
    fires: { [calls('unknown')]: '0x30 3x40' },
    calm: { [calls('unknown')]: '0x30 1x40', [calls('succeeded')]: '0+5x70' },
  },
  HoldfastProviderAnswersUnclear: {
    fires: { [calls('unclear')]: '_x30 5x40' },
    calm: { [calls('unclear')]: '0x30 1x40' },
  },
  HoldfastProviderCallDefect: once(calls('defect')),
  HoldfastAccessTokenFailing: {
    fires: { [calls('unauthenticated', 'droppay', 'logIn')]: '0+1x70' },
    calm: { [calls('answered', 'droppay', 'logIn')]: '0+1x70' },
  },
  HoldfastCallbackTokenRefused: {
    fires: { [callbacks('bad_token', 'any')]: '0+2x70' },
    calm: { [callbacks('bad_token', 'any')]: '0x30 9x40' },
  },
  HoldfastCallbackSignatureRefused: {
    fires: { [callbacks('bad_signature')]: '0x25 9x40' },
    calm: { [callbacks('bad_signature')]: '0x25 1x40', [callbacks('signalled')]: '0+9x70' },
  },
  HoldfastCallbackUnreadable: {
    fires: { [callbacks('unreadable')]: '0x25 9x40' },
    calm: { [callbacks('unreadable')]: '0x25 1x40' },
  },
  HoldfastCallbackNotTaken: {
    fires: { [callbacks('unavailable')]: '0x25 1x40' },
    calm: { [callbacks('unavailable')]: longAgo },
  },
  HoldfastEventsNotTaken: {
    fires: { 'holdfast_event_queues_open_older{than="15m"}': '0x9 1x40' },
    calm: { 'holdfast_event_queues_open_older{than="15m"}': '0x40', holdfast_event_queues_open: '4x40' },
  },
  HoldfastEventsNotTakenForADay: {
    fires: { 'holdfast_event_queues_open_older{than="1d"}': '0x9 1x40' },
    calm: { 'holdfast_event_queues_open_older{than="15m"}': '1x40' },
  },
  HoldfastPayerPaidTwice: onceInAnHour('holdfast_payments_paid_twice_total{namespace="default"}'),
  HoldfastEventGivenUp: onceInAnHour('holdfast_events_given_up_total{namespace="default"}'),
  HoldfastEventsGone: onceInAnHour(tries('gone')),
  HoldfastEventsNotConfigured: once(tries('not_configured')),
  HoldfastWorkflowTaskFailing: {
    fires: {
      'temporal_workflow_task_execution_failed{workflow_type="pomelo",failure_reason="NonDeterminismError"}':
        '_x35 1x40',
    },
    calm: {
      'temporal_workflow_task_execution_failed{workflow_type="pomelo",failure_reason="WorkflowError"}':
        longAgo,
    },
  },
  HoldfastNoWorker: { fires: { [queue('pollers')]: '1x30 0x40' }, calm: { [queue('pollers')]: '1x70' } },
  HoldfastQueueBackedUp: {
    fires: { [queue('oldest_seconds')]: '0x30 45x40' },
    calm: { [queue('oldest_seconds')]: '0x37 45 0x40', [queue('waiting')]: '3x70' },
  },
  HoldfastTemporalOutOfReach: {
    fires: {
      'holdfast_temporal_reachable{instance="api:3000"}': '1x30 0x40',
      'holdfast_temporal_reachable{instance="api-2:3000"}': '1x70',
    },
    calm: { 'holdfast_temporal_reachable{instance="api:3000"}': '1x70' },
  },
  HoldfastOpenWorkUncounted: {
    fires: {
      'holdfast_temporal_reachable{instance="api:3000"}': '1x70',
      'holdfast_open_work_counted{instance="api:3000"}': '1x20 0x50',
    },
    calm: {
      'holdfast_temporal_reachable{instance="api:3000"}': '0x70',
      'holdfast_open_work_counted{instance="api:3000"}': '0x70',
    },
  },
  HoldfastCreatesUnavailable: {
    fires: { 'holdfast_payment_creates_total{provider="etpay",outcome="temporarily_unavailable"}': '0+2x70' },
    calm: { 'holdfast_payment_creates_total{provider="etpay",outcome="created"}': '0+9x70' },
  },
  HoldfastOverloaded: {
    fires: { 'holdfast_overload_refusals_total{kind="create",instance="api:3000"}': '0+9x70' },
    calm: { 'holdfast_overload_refusals_total{kind="create",instance="api:3000"}': '0x30 5x40' },
  },
  HoldfastApiFails: {
    fires: {
      'holdfast_http_request_duration_seconds_count{route="/v1/payments/:id",status="500"}': bornAtOne,
    },
    calm: { 'holdfast_http_request_duration_seconds_count{route="/v1/payments/:id",status="503"}': '0+5x70' },
  },
  HoldfastProcessDown: {
    fires: { 'up{job="holdfast-worker",instance="worker:9464"}': '1x30 0x40' },
    calm: { 'up{job="holdfast-api",instance="api:3000"}': '1x70', 'up{job="node",instance="x"}': '0x70' },
  },
  HoldfastClockSkew: {
    fires: { 'holdfast_clock_offset_seconds{instance="worker:9464",server="api.example"}': '60x70' },
    calm: { 'holdfast_clock_offset_seconds{instance="worker:9464",server="api.example"}': '1.4x70' },
  },
};
