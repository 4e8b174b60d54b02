import type { RecordedCall, RecordedPayment } from './recorded-run';
import { type Violation, violation } from './violation';

/**
 * A provider that refuses a repeat hides it from its books, so calls that move money are judged by themselves: what was
 * done is not sent again, and what may have been done only after the provider was asked.
 */
export function judgeSendings({ key, calls = [] }: RecordedPayment): Violation[] {
  return calls.flatMap((call, index) => {
    if (call.about === 'state') return [];
    const before = calls.slice(0, index).findLast((other) => isSame(other, call));
    if (!before) return [];
    const what = `the ${call.about} ${call.reference}`;
    if (before.done) {
      return [violation('what_was_done_is_not_sent_again', key, `${what} was done, and sent again`)];
    }
    const asked = calls.some(
      ({ about, answered, at }) => about === 'state' && answered && at > before.at && at <= call.at,
    );
    if (before.answered || asked) return [];
    const sentence = `${what} was sent again, its answer was lost, and the provider was not asked in between`;
    return [violation('what_may_be_done_is_not_sent_again', key, sentence)];
  });
}

function isSame(one: RecordedCall, other: RecordedCall): boolean {
  return one.about === other.about && one.reference === other.reference;
}
