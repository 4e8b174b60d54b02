import type { RecordedCall } from '../model/recorded-run';
import { PROVIDERS_UNDER_TEST } from '../companies/index';
import type { Payer } from './payer';

interface LoggedCall {
  call: string;
  at: string;
  reference: string | null;
  subject: string | null;
  effect: { httpStatus: number; refused?: true } | null;
  answer: { httpStatus: number } | 'none';
  fault: { kind: string } | null;
}

/** What does not keep an answer from being read. */
const READABLE: readonly string[] = ['status', 'slow', 'wrong_content_type'];

/** What each company was asked about money, by our reference of the payment there. */
export async function readProviderCalls(
  payer: Payer,
  companies: readonly string[],
): Promise<Map<string, RecordedCall[]>> {
  const found = new Map<string, RecordedCall[]>();
  for (const company of companies) {
    for (const [name, about] of aboutMoney(company)) {
      type Log = { calls: LoggedCall[]; forgotten: number };
      const { calls, forgotten } = await payer.control<Log>('GET', `/${company}/calls?call=${name}`);
      if (forgotten > 0)
        throw new Error(`the sandbox forgot ${forgotten} calls: too many payments for its log`);
      for (const call of calls) {
        if (call.reference === null) continue;
        const known = found.get(call.reference) ?? [];
        found.set(call.reference, [...known, recorded(call, about, call.reference)]);
      }
    }
  }
  return found;
}

/** Calls that move money, and calls that tell how it stands; none of a company that moves money without us. */
function aboutMoney(company: string): Map<string, RecordedCall['about']> {
  const about = new Map<string, RecordedCall['about']>();
  for (const { calls, readRefund } of PROVIDERS_UNDER_TEST.filter((each) => each.company === company)) {
    const { take, refund, read } = calls;
    if (take === undefined && refund === undefined) continue;
    if (take !== undefined) about.set(take, 'charge');
    if (refund !== undefined) about.set(refund, 'refund');
    about.set(read, 'state');
    if (readRefund !== undefined) about.set(readRefund, 'state');
  }
  return about;
}

function recorded(call: LoggedCall, about: RecordedCall['about'], payment: string): RecordedCall {
  const { at, subject, effect, answer, fault } = call;
  return {
    about,
    // A refund has a name of its own where the company keeps one; DropPay gives a charge back once.
    reference: about === 'refund' ? `${payment} ${subject ?? ''}` : payment,
    at: Date.parse(at),
    done: effect !== null && effect.httpStatus < 300 && effect.refused !== true,
    answered:
      answer !== 'none' && answer.httpStatus < 500 && (fault === null || READABLE.includes(fault.kind)),
  };
}
