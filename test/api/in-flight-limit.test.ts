import { InFlightLimit } from '../../src/api/in-flight-limit';
import { Problem } from '../../src/api/problem';

function held(): { promise: Promise<void>; end: () => void } {
  let end: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (end = resolve));
  return { promise, end };
}

describe('a limit of work in flight', () => {
  it('refuses what is beyond without beginning it, and tells so', async () => {
    let refused = 0;
    const limit = new InFlightLimit(2, () => (refused += 1));
    const [first, second] = [held(), held()];
    const running = [limit.run(() => first.promise), limit.run(() => second.promise)];
    const third = jest.fn(() => Promise.resolve());
    const refusal: unknown = await limit.run(third).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'temporarily_unavailable', status: 503 });
    const after = Number((refusal as Problem).more.headers?.['Retry-After']);
    expect(after).toBeGreaterThanOrEqual(1);
    expect(after).toBeLessThanOrEqual(5);
    expect(third).not.toHaveBeenCalled();
    expect({ refused, inFlight: limit.inFlight }).toEqual({ refused: 1, inFlight: 2 });
    first.end();
    await running[0];
    await limit.run(third);
    expect(third).toHaveBeenCalledTimes(1);
    second.end();
    await Promise.all(running);
    expect(limit.inFlight).toBe(0);
  });

  it('gives the place of failed work back', async () => {
    const limit = new InFlightLimit(1);
    await expect(limit.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(limit.run(() => Promise.resolve('room'))).resolves.toBe('room');
  });
});
