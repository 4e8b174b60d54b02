import { isDeepStrictEqual } from 'node:util';
import type { RecordedAnswer, RecordedPayment } from './recorded-run';
import { type Violation, violation } from './violation';

/** The first answer is the answer: of creates, and of refunds under one key. */
export function judgeReplays(recorded: RecordedPayment): Violation[] {
  const creates = recorded.answers.filter(({ call, status }) => call === 'create' && status === 201);
  const refunds = recorded.answers.filter(({ call, status }) => call === 'refund' && status === 201);
  const byKey = new Map<string, RecordedAnswer[]>();
  for (const answer of refunds) {
    const key = answer.refundKey ?? '';
    byKey.set(key, [...(byKey.get(key) ?? []), answer]);
  }
  return [
    ...judgeCreates(recorded.key, creates),
    ...[...byKey].flatMap(([refundKey, answers]) => judgeRefunds(recorded.key, refundKey, answers)),
  ];
}

function judgeCreates(key: string, answers: RecordedAnswer[]): Violation[] {
  const [first] = answers;
  const found: Violation[] = [];
  const other = answers.find(({ payment }) => !isDeepStrictEqual(payment, first?.payment));
  if (first && other) {
    const sentence = `one create was answered ${said(first.payment)}, another ${said(other.payment)}`;
    found.push(violation('replay_is_the_first_answer', key, sentence));
  }
  const firsts = answers.filter(({ replayed }) => replayed === false);
  if (firsts.length > 1) {
    found.push(
      violation('only_one_answer_is_the_first', key, `${firsts.length} creates claim to be the first`),
    );
  }
  return found;
}

function judgeRefunds(key: string, refundKey: string, answers: RecordedAnswer[]): Violation[] {
  const [first] = answers;
  const other = answers.find(({ refund }) => !isDeepStrictEqual(refund, first?.refund));
  if (!first || !other) return [];
  const sentence = `the refund under ${refundKey} was answered ${said(first.refund)}, and ${said(other.refund)}`;
  return [violation('refund_replay_is_the_first_answer', key, sentence)];
}

function said(body: unknown): string {
  return JSON.stringify(body);
}
