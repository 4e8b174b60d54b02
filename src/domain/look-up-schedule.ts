const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const FIRST_GAP = 5 * SECOND;
/** A lost callback is found within 120 s during the first hour, later within 10 minutes: the rest is left for the call. */
const LONGEST_GAP_FIRST_HOUR = 100 * SECOND;
const LONGEST_GAP_LATER = 9 * MINUTE;
const LONGEST_GAP_IN_SILENCE = 5 * MINUTE;

/**
 * How long to wait before asking the provider again: 5 s, 10 s, 20 s … up to 100 s during the payment's first hour,
 * then up to 9 minutes.
 *
 * @param lookUps how many look-ups this wait has already seen
 * @param ageMs how old the payment is
 * @returns milliseconds
 */
export function gapBeforeLookUp(lookUps: number, ageMs: number): number {
  const longest = ageMs < HOUR ? LONGEST_GAP_FIRST_HOUR : LONGEST_GAP_LATER;
  return Math.min(FIRST_GAP * 2 ** Math.min(lookUps, 16), longest);
}

/**
 * How long to wait at least when the provider does not answer: 5 s, 20 s, 80 s, then 5 minutes, but no longer than half of
 * what is left until the payment expires. The payments of a provider that is down must not take the place of others, nor come
 * back all at once.
 *
 * @param unanswered how many questions in a row had no answer
 * @param leftMs until the payment expires; zero or less when it has
 * @returns milliseconds
 */
export function gapInSilence(unanswered: number, leftMs: number): number {
  const longest = leftMs > 0 ? Math.min(leftMs / 2, LONGEST_GAP_IN_SILENCE) : LONGEST_GAP_IN_SILENCE;
  return Math.min(FIRST_GAP * 4 ** Math.min(unanswered - 1, 8), longest);
}

/** About a day of silence: a review has no end of its own, and its history must stay far below Temporal's limit. */
const QUESTIONS_ABOUT_A_REVIEW = 300;

/**
 * Whether what is under review is asked about again by itself: somebody asked, and the provider has not answered.
 *
 * @param unanswered how many questions in a row had no answer
 */
export function isAskedAgainUnderReview(unanswered: number): boolean {
  return unanswered > 0 && unanswered < QUESTIONS_ABOUT_A_REVIEW;
}

/** How long after a payment's end, or after its last unanswered write, the provider is still asked. */
export const WATCH_WINDOW_MS = 48 * HOUR;

/**
 * A payer who agreed in time is still charged this long after the payment expired, for instance because the provider
 * was down meanwhile. Later nobody expects it any more.
 */
export const COLLECT_GRACE_MS = 2 * HOUR;
