import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { loggableError } from '../../src/worker/loggable-error';

test('says what went wrong, where, and because of what', () => {
  const cause = new RangeError('the key ring is empty');
  const logged = loggableError(
    ApplicationFailure.create({ message: 'no connection', type: 'not_sent', cause }),
  );
  expect(logged).toMatchObject({
    type: 'ApplicationFailure',
    message: 'no connection',
    cause: { type: 'RangeError', message: 'the key ring is empty' },
  });
  expect(logged?.stack).toContain('loggable-error.test.ts');
});

test('quotes nothing that could not be parsed', () => {
  const secret = 'card 4111111111111111';
  let error: unknown;
  try {
    JSON.parse(secret);
  } catch (thrown) {
    error = new Error('the answer cannot be read', { cause: thrown });
  }
  const logged = JSON.stringify(loggableError(error));
  expect(logged).toContain('SyntaxError');
  expect(logged).not.toContain('card');
});

test('an error without end ends, and what is no error is named by its kind', () => {
  const error = new Error('round');
  error.cause = error;
  expect(JSON.stringify(loggableError(error)).match(/"message":"round"/g)).toHaveLength(5);
  expect(loggableError('a secret')).toEqual({ type: 'string' });
  expect(loggableError(undefined)).toBeUndefined();
});

test('a log line with it shows the message, which pino alone does not', () => {
  const lines: string[] = [];
  const log = pino(
    { serializers: { error: (error: unknown) => loggableError(error) } },
    { write: (line) => void lines.push(line) },
  );
  log.warn({ error: new TypeError('x is not a function') }, 'Activity failed');
  expect(lines[0]).toContain('x is not a function');
});
