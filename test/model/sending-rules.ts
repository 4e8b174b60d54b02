import type { RecordedCall, RecordedPayment } from './recorded-run';
import { type Violation, violation } from './violation';

/**
 * A provider that refuses a repeat hides it from its books, so calls that move money are judged by themselves: what was
 * done is not sent again, and what may have been done only after the provider was asked. That it was asked says little where
 * every charge begins with a question of its own: then the first rule is the one that counts. A refund of unknown end is never
 * sent again, whatever the provider says.
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
    const asked =
      call.about === 'charge' &&
      calls.some(
        ({ about, answered, at }) => about === 'state' && answered && at > before.at && at <= call.at,
      );
    if (before.answered || asked) return [];
    const sentence = `${what} was sent again, and nobody had been told that it was not done`;
    return [violation('what_may_be_done_is_not_sent_again', key, sentence)];
  });
}

function isSame(one: RecordedCall, other: RecordedCall): boolean {
  return one.about === other.about && one.reference === other.reference;
}
