import { checkoutPage } from '../../src/api/checkout/page';
import { newPayment, type Payment, type PaymentRequest } from '../../src/domain/payment';

const base = newPayment({
  id: 'pay_a',
  provider: 'droppay-pos',
  amount: 1250,
  currency: 'EUR',
  description: '<b>"Two" & tickets</b>',
  createdAt: '2026-01-31T10:00:00.000Z',
  urls: { checkout: 'https://pay.example/c' },
} as PaymentRequest);
const page = (change: Partial<Payment>, returnUrl?: string) =>
  checkoutPage({ payment: { ...base, ...change }, statusUrl: '/checkout/pay_a/status?t=x', returnUrl });
const redirect = {
  type: 'redirect',
  url: 'https://dp.link/10/A?a=1&b=2',
  qr: 'https://dp.link/10/A',
} as const;

test('shows amount, description, link and QR, and updates without script', async () => {
  const text = await page({ status: 'requires_action', nextAction: redirect });
  expect(text).toContain('12.50 EUR');
  expect(text).toContain('&lt;b&gt;&quot;Two&quot; &amp; tickets&lt;/b&gt;');
  expect(text).toContain('href="https://dp.link/10/A?a=1&amp;b=2"');
  expect(text).toContain('<svg');
  expect(text).toContain('<noscript><meta http-equiv="refresh"');
  expect(text).not.toMatch(/style="|<style|<script>|onclick/);
});

test.each([
  ['succeeded', 'Paid'],
  ['failed', 'declined'],
  ['expired', 'expired'],
  ['cancelled', 'cancelled'],
  ['needs_review', 'do not pay again'],
] as const)('%s says "%s", stops refreshing and leads back', async (status, saying) => {
  const text = await page({ status }, 'https://shop.example/thanks?a=1&b=2');
  expect(text).toContain(saying);
  expect(text).toContain('data-ended="true"');
  expect(text).toContain('href="https://shop.example/thanks?a=1&amp;b=2"');
  expect(text).not.toContain('http-equiv="refresh"');
});

test('while the payment runs there is no way back yet', async () => {
  expect(await page({ status: 'processing' }, 'https://shop.example/')).not.toContain('shop.example');
});

test('an address that is not of the web is no link', async () => {
  const text = await page({
    status: 'requires_action',
    nextAction: { type: 'redirect', url: 'javascript:alert(1)' },
  });
  expect(text).not.toContain('javascript:alert');
});
