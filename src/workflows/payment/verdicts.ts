import { type ReviewReason, referenceAtProvider } from '../../domain/payment';
import type { Finding, ProviderEnd, ProviderMoney, StopReason } from '../../domain/provider-answer';
import { mismatch } from '../../domain/verdict';
import type { PaymentState } from './state';

/** When it matters, this many answers in a row that mean nothing to us are a case for a person. */
const UNCLEAR_ANSWERS_FOR_REVIEW = 5;

/** Leaves the story: the payment has ended, or a person has to decide. */
export class StoryEnd extends Error {
  override name = 'StoryEnd';
}

/** What any answer means, wherever the story stands. Leaves the story when the answer ends it. */
export function judge(state: PaymentState, finding: Finding | null, stopping?: StopReason): Finding | null {
  if (!finding) return null;
  judgeUnclear(state, finding);
  if (finding.state === 'paid') succeed(state, finding);
  if (finding.state === 'authorized') compare(state, finding);
  if (finding.state === 'ended') {
    const end = stopping && finding.end === 'cancelled' ? { ...finding, end: stopping } : finding;
    endStory(state, end, state.port.endsAreFinal);
  }
  return finding;
}

function judgeUnclear(state: PaymentState, finding: Finding): void {
  if (finding.state !== 'unclear') state.unclearAnswers = 0;
  else if (state.stage === 'capturing' || state.stage === 'stopping') {
    state.unclearAnswers += 1;
    if (state.unclearAnswers >= UNCLEAR_ANSWERS_FOR_REVIEW)
      review(state, 'unexpected_answer', finding.detail);
  }
}

export function succeed(state: PaymentState, money: ProviderMoney): never {
  compare(state, money, money);
  compareProofs(state, money);
  recordPaid(state, money);
  throw new StoryEnd();
}

/** @param certain whether nothing that the provider could still say would change it */
export function endStory(state: PaymentState, end: ProviderEnd, certain: boolean): never {
  recordEnd(state, end);
  state.endIsCertain = certain;
  state.lookUps.startAnew();
  throw new StoryEnd();
}

export function review(
  state: PaymentState,
  reason: ReviewReason,
  detail: string,
  taken?: ProviderMoney,
): never {
  recordReview(state, reason, detail, taken);
  throw new StoryEnd();
}

/** A person decides about an answer that is not what was asked for; `taken` is what the provider says it took. */
function compare(state: PaymentState, answer: ProviderMoney, taken?: ProviderMoney): void {
  const difference = differenceOf(state, answer);
  if (difference) review(state, difference.reason, difference.detail, taken);
}

/** What the provider has signed must fit too. A signature for another payment says nothing about this one. */
export function compareProofs(state: PaymentState, taken?: ProviderMoney): void {
  for (const proof of ownProofs(state)) compare(state, proof, taken ?? proof);
}

export function ownProofs({ request, inbox }: PaymentState): ProviderMoney[] {
  const reference = referenceAtProvider(request.id);
  return inbox.paidProofs.filter((proof) => proof.reference === null || proof.reference === reference);
}

export function differenceOf({ request }: PaymentState, money: ProviderMoney) {
  const { id, amount, currency } = request;
  return mismatch({ amount, currency, reference: referenceAtProvider(id) }, money);
}

export function recordPaid(state: PaymentState, money: ProviderMoney): void {
  const { record } = state;
  state.endIsCertain = true;
  state.seenRefunds = money.refunds;
  if (money.chargeReference) record.keepPrivate({ chargeReference: money.chargeReference });
  record.become(
    'succeeded',
    { from: 'provider', type: 'succeeded', detail: 'the money was taken' },
    { amountReceived: money.amount, failure: null, review: null },
  );
}

export function recordEnd({ record }: PaymentState, { end, code, message, providerCode }: ProviderEnd): void {
  const failure = end === 'failed' ? { code, message, ...(providerCode && { providerCode }) } : null;
  record.become(end, { from: 'provider', type: end, detail: message }, { review: null, failure });
}

export function recordReview(
  { record, request, inbox, lookUps }: PaymentState,
  reason: ReviewReason,
  detail: string,
  taken?: ProviderMoney,
): void {
  const amountReceived = taken?.currency === request.currency ? taken.amount : 0;
  if (taken?.chargeReference) record.keepPrivate({ chargeReference: taken.chargeReference });
  record.become(
    'needs_review',
    { from: 'holdfast', type: 'needs_review', detail },
    { review: { reason, detail, since: new Date().toISOString() }, amountReceived, failure: null },
  );
  inbox.forgetPlannedLookUp();
  lookUps.restartGaps();
}
