import type { ProviderId } from '../../src/domain/payment';
import type { Seams } from './shop';
import type { ViolationKind } from '../model/violation';
import type { Replacement } from './workflow-bundle';

/** The kit, broken on purpose: a simulation that does not find it proves nothing. */
export interface Mutation {
  name: string;
  replacements: readonly Replacement[];
  seams?: Seams;
  /** Where it does harm. */
  provider: ProviderId;
  /** What the harm is called; any of them will do. */
  foundAs: readonly ViolationKind[];
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a charge is tried again when it times out',
    replacements: [
      {
        file: 'workflows/payment/provider-calls.ts',
        find: 'retry: { maximumAttempts: 1 },',
        replace: 'retry: { maximumAttempts: 3 },',
      },
    ],
    provider: 'droppay-pos',
    foundAs: ['double_charge'],
  },
  {
    name: 'an unknown outcome is a failure',
    replacements: [
      {
        file: 'workflows/payment/capturing.ts',
        find: "if (taking.outcome === 'declined') endStory(state, taking, port.endsAreFinal);",
        replace: `if (taking.outcome === 'declined') endStory(state, taking, port.endsAreFinal);
    if (taking.outcome === 'unknown') endStory(state, { ...NEVER_TAKEN, end: 'failed' }, true);`,
      },
    ],
    provider: 'droppay-pos',
    foundAs: ['lost'],
  },
  {
    name: 'a charge of unknown end is sent again at once',
    replacements: [
      {
        file: 'workflows/payment/capturing.ts',
        find: 'await untilNothingTaken(state, taking);',
        replace: "if (taking.outcome === 'pending') await untilNothingTaken(state, taking);",
      },
    ],
    provider: 'droppay-pos',
    foundAs: ['double_charge'],
  },
  {
    name: 'nothing taken is believed before the lost charge can no longer be carried out',
    replacements: [
      {
        file: 'domain/verdict.ts',
        find: ' && nowMs > settledAfterMs;',
        replace: ' && nowMs + settledAfterMs > 0;',
      },
    ],
    provider: 'droppay-pos',
    foundAs: ['double_charge'],
  },
  {
    name: 'that a charge was sent is forgotten, and it can be cancelled',
    replacements: [
      {
        file: 'workflows/payment/permissions.ts',
        find: "if (captureSent || status === 'needs_review')",
        replace: "if (status === 'needs_review')",
      },
      {
        file: 'workflows/payment/capturing.ts',
        find: "if ((await nextTurn(state, giveUpAt)) === 'deadline') {",
        replace:
          "const turn = await nextTurn(state, giveUpAt);\n    if (turn === 'cancel') endStory(state, NEVER_TAKEN, true);\n    if (turn === 'deadline') {",
      },
    ],
    provider: 'droppay-pos',
    foundAs: ['lost'],
  },
  {
    name: 'a callback makes the payment be taken once more',
    replacements: [
      {
        file: 'workflows/payment/capturing.ts',
        find: "if (finding?.state === 'ended' && askedAt <= state.unsettledUntil) continue;",
        replace:
          "if (finding?.state === 'authorized') return;\n    if (finding?.state === 'ended' && askedAt <= state.unsettledUntil) continue;",
      },
    ],
    provider: 'droppay-pos',
    foundAs: ['double_charge'],
  },
  {
    name: 'a payment expires without the provider being asked',
    replacements: [
      {
        file: 'workflows/payment/waiting.ts',
        find: "if (turn === 'deadline') return stop(state, 'expired');",
        replace:
          "if (turn === 'deadline') endStory(state, { end: 'expired', code: 'authorization_ended', message: '' }, true);",
      },
    ],
    provider: 'pomelo',
    foundAs: ['lost'],
  },
  {
    name: 'nobody watches what ended without the last word of the provider',
    replacements: [
      {
        file: 'workflows/stories/etpay.ts',
        find: 'endsAreFinal: false,',
        replace: 'endsAreFinal: true,',
      },
      {
        file: 'workflows/payment/stopping.ts',
        find: 'if (finding && isStopped(finding, port)) endStory(state, endedBy(why), false);',
        replace: 'if (finding && isStopped(finding, port)) endStory(state, endedBy(why), true);',
      },
    ],
    provider: 'etpay',
    foundAs: ['lost'],
  },
  {
    name: 'refunds are not summed up',
    replacements: [
      {
        file: 'domain/refund.ts',
        find: 'if ((asked ?? left) > left)',
        replace: 'if ((asked ?? left) > received)',
      },
      {
        file: 'domain/refund.ts',
        find: 'if (left <= 0)',
        replace: 'if (received <= 0)',
      },
    ],
    provider: 'payermax',
    foundAs: ['over_refunded'],
  },
  {
    name: 'a repeated refund is one more refund',
    replacements: [
      {
        file: 'workflows/refunds/payment-refunds.ts',
        find: "if (stored) return stored;\n    if (!this.ledger.find(request.id)) this.ledger.add(request, this.amountOf(request), 'us');",
        replace: "this.ledger.add(request, this.amountOf(request), 'us');",
      },
      {
        file: 'workflows/refunds/payment-refunds.ts',
        find: 'return (answers[request.id] ??= answer);',
        replace: 'return (answers[request.id] = answer);',
      },
    ],
    seams: { updateIdOf: (_key, requestId) => requestId },
    provider: 'payermax',
    foundAs: ['wrong_refund', 'answer_changed', 'over_refunded', 'lost', 'event'],
  },
  {
    name: 'an unknown refund is a failed one',
    replacements: [
      {
        file: 'workflows/refunds/send-refund.ts',
        find: "if (answer.outcome !== 'not_sent') {",
        replace:
          "if (answer.outcome === 'unknown') return failed('declined', answer.detail);\n    if (answer.outcome !== 'not_sent') {",
      },
    ],
    provider: 'payermax',
    foundAs: ['wrong_refund'],
  },
  {
    name: 'a repeated create is answered as the payment stands',
    replacements: [],
    seams: { updateIdOf: (_key, requestId) => requestId },
    provider: 'droppay-pos',
    foundAs: ['answer_changed'],
  },
  {
    name: 'an event that was not taken is dropped',
    replacements: [
      {
        file: 'workflows/events/payment-events.ts',
        find: 'if (Date.now() < giveUpAt) continue;',
        replace: 'if (Date.now() < giveUpAt - 259_100_000) continue;',
      },
    ],
    provider: 'droppay-pos',
    foundAs: ['event'],
  },
  {
    name: 'the amount is not compared',
    replacements: [
      {
        file: 'domain/verdict.ts',
        find: 'if (answer.amount !== asked.amount) {',
        replace: 'if (answer.amount < 0) {',
      },
    ],
    provider: 'pomelo',
    foundAs: ['wrong_amount'],
  },
];
