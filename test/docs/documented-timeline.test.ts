import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAYMENT_STATUSES } from '../../src/domain/status';
import { OTHER_FACTS } from '../../src/domain/timeline';

/** Before and between its ends a payment's status is told by the facts that lead there. */
const NOT_FACTS = ['processing', 'requires_action', 'requires_confirmation'];

function factsInTable(): string[] {
  const document = readFileSync(join(__dirname, '../../docs/payment-life-cycle.md'), 'utf8');
  const [, chapter = ''] = document.split('\n## Timeline\n');
  const cells = chapter.split('\n## ')[0]?.matchAll(/^\| (`[^|]+) \|/gm) ?? [];
  return [...cells].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
}

test('every fact of a timeline is explained once', () => {
  const statuses = PAYMENT_STATUSES.filter((status) => !NOT_FACTS.includes(status));
  expect(factsInTable().sort()).toEqual([...OTHER_FACTS, ...statuses].sort());
});
