import { setTimeout as delay } from 'node:timers/promises';
import { patience } from './patience';

/** Asks again and again until the answer satisfies; fails with the last answer. @param withinMs on a machine that is not busy */
export async function eventually<T>(
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const giveUpAt = Date.now() + patience(withinMs);
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > giveUpAt)
      throw new Error(`not within ${patience(withinMs)} ms; last: ${JSON.stringify(answer)}`);
    await delay(50);
  }
}
