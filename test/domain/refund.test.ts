import { mostUrgentStatus, type RefundStatus } from '../../src/domain/refund';

test.each<[RefundStatus[], RefundStatus | null]>([
  [[], null],
  [['failed'], 'failed'],
  [['failed', 'succeeded'], 'succeeded'],
  [['succeeded', 'processing', 'failed'], 'processing'],
  [['processing', 'needs_review', 'succeeded'], 'needs_review'],
])('of refunds that are %j the most urgent is %s', (statuses, urgent) => {
  expect(mostUrgentStatus(statuses.map((status) => ({ status })))).toBe(urgent);
});
