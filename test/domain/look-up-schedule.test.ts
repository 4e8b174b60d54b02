import fc from 'fast-check';
import { gapBeforeLookUp, gapInSilence, WATCH_WINDOW_MS } from '../../src/domain/look-up-schedule';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const firstHour = fc.integer({ min: 0, max: HOUR - 1 });
const later = fc.integer({ min: HOUR, max: WATCH_WINDOW_MS });
const anyAge = fc.oneof(firstHour, later);
const lookUps = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 100_000 }));

/** Ages at which a payment is looked up whose wait starts at `start`, until `end`. */
function looksUp(start: number, end: number): number[] {
  const ages: number[] = [];
  for (let age = start; age < end;) {
    age += gapBeforeLookUp(ages.length, age);
    ages.push(age);
  }
  return ages;
}

test('the first look-ups come after 5, 10, 20, 40 and 80 seconds, then every 100', () => {
  const gaps = [0, 1, 2, 3, 4, 5, 6].map((count) => gapBeforeLookUp(count, 0));
  expect(gaps).toEqual([5, 10, 20, 40, 80, 100, 100].map((seconds) => seconds * SECOND));
});

test('after an hour they widen to nine minutes', () => {
  const gaps = [0, 1, 6, 7, 50].map((count) => gapBeforeLookUp(count, HOUR));
  expect(gaps).toEqual([5, 10, 320, 540, 540].map((seconds) => seconds * SECOND));
});

test('a provider that does not answer is asked ever less, until it is every five minutes', () => {
  const gapsWith = (leftMs: number) =>
    [1, 2, 3, 4, 5, 1_000].map((unanswered) => gapInSilence(unanswered, leftMs) / SECOND);
  expect(gapsWith(HOUR)).toEqual([5, 20, 80, 300, 300, 300]);
  expect(gapsWith(4 * MINUTE)).toEqual([5, 20, 80, 120, 120, 120]);
  expect(gapsWith(-MINUTE)).toEqual([5, 20, 80, 300, 300, 300]);
});

test('a callback that is lost in the first hour is made up for within 120 s', () => {
  fc.assert(
    fc.property(firstHour, fc.nat({ max: HOUR }), (start, wait) => {
      const lostAt = Math.min(start + wait, HOUR - 1);
      const found = looksUp(start, lostAt + HOUR).find((age) => age > lostAt);
      expect((found ?? Infinity) - lostAt).toBeLessThanOrEqual(120 * SECOND);
    }),
  );
});

test('later it is made up for within ten minutes', () => {
  fc.assert(
    fc.property(anyAge, fc.nat({ max: 12 * HOUR }), (start, wait) => {
      const lostAt = Math.max(start + wait, HOUR);
      const found = looksUp(start, lostAt + HOUR).find((age) => age > lostAt);
      expect((found ?? Infinity) - lostAt).toBeLessThanOrEqual(10 * MINUTE);
    }),
    { numRuns: 50 },
  );
});

test('each limit leaves at least ten seconds for the look-up itself', () => {
  fc.assert(
    fc.property(lookUps, firstHour, later, (count, young, old) => {
      expect(gapBeforeLookUp(count, young)).toBeLessThanOrEqual(110 * SECOND);
      expect(gapBeforeLookUp(count, old)).toBeLessThanOrEqual(590 * SECOND);
    }),
  );
});

test.each([
  ['the first hour', firstHour],
  ['the time after it', later],
])('within %s gaps widen and never shrink', (_band, ages) => {
  fc.assert(
    fc.property(lookUps, lookUps, ages, ages, (one, other, age, olderAge) => {
      const [fewer, more] = one < other ? [one, other] : [other, one];
      expect(gapBeforeLookUp(fewer, age)).toBeLessThanOrEqual(gapBeforeLookUp(more, olderAge));
    }),
  );
});

test('a payment is never asked about in a rush', () => {
  fc.assert(
    fc.property(lookUps, anyAge, (count, age) => {
      expect(gapBeforeLookUp(count, age)).toBeGreaterThanOrEqual(5 * SECOND);
    }),
  );
});

test('the watch after the end takes two days and a bearable number of look-ups', () => {
  expect(WATCH_WINDOW_MS).toBe(48 * HOUR);
  const count = looksUp(0, WATCH_WINDOW_MS).length;
  expect(count).toBeGreaterThan(48 * 6);
  expect(count).toBeLessThan(500);
});
