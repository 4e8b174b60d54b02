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
const CARD_FORM = {
  scriptUrl: 'https://card.example/form.js',
  codeUrl: '/checkout/assets/form-payermax.js',
  confirmUrl: '/checkout/pay_a/confirm?t=x&y=z',
};
const page = (change: Partial<Payment>, returnUrl?: string) =>
  checkoutPage({
    payment: { ...base, ...change },
    statusUrl: '/checkout/pay_a/status?t=x',
    returnUrl,
    cardForm: change.provider === 'payermax' ? CARD_FORM : null,
  });
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

const dropin = {
  type: 'dropin',
  sessionKey: 's"1',
  clientKey: 'c1',
  environment: 'sandbox',
} as const;

test('a card form: its script, its keys and where the token goes', async () => {
  const text = await page({ provider: 'payermax', status: 'requires_action', nextAction: dropin });
  expect(text).toContain('Enter your card');
  expect(text).toContain('<script src="https://card.example/form.js" defer>');
  expect(text).toContain('<script src="/checkout/assets/form-payermax.js" defer>');
  expect(text).toContain('data-session-key="s&quot;1"');
  expect(text).toContain('data-confirm-url="/checkout/pay_a/confirm?t=x&amp;y=z"');
  expect(text).toContain('>Pay 12.50 EUR</button>');
});

test('before and after the card form nothing of its provider is loaded', async () => {
  for (const status of ['processing', 'succeeded'] as const) {
    expect(await page({ provider: 'payermax', status })).not.toContain('card.example');
  }
});

test('one more step at the bank is a link', async () => {
  const nextAction = { type: 'redirect', url: 'https://bank.example/3ds' } as const;
  const text = await page({ provider: 'payermax', status: 'requires_action', nextAction });
  expect(text).toContain('href="https://bank.example/3ds"');
  expect(text).not.toContain('card.example');
});

test.each([
  ['push', 'We sent the payment to your phone. Please approve it there.'],
  ['sms', 'We sent the payment to your phone. Please approve it there.'],
  ['terminal', 'We sent the payment to the terminal. Please approve it there.'],
  ['smoke', 'We sent the payment to your other device. Please approve it there.'],
])('a payer who was asked by %s is told where, and has nothing to press', async (channel, saying) => {
  const text = await page({ status: 'requires_action', nextAction: { type: 'notified', channel } });
  expect(text).toContain(saying);
  expect(text).not.toMatch(/class="action"|<svg|<button/);
  expect(text).toContain('data-ended="false"');
});

test('a payment that was sent to a device and has ended says how it ended', async () => {
  const nextAction = { type: 'notified', channel: 'push' } as const;
  expect(await page({ status: 'expired', nextAction })).not.toContain('approve it there');
});

test('a terminal payment asks the payer to the terminal', async () => {
  const text = await page({ provider: 'droppay-acquirer', status: 'requires_confirmation' });
  expect(text).toContain('Waiting for the terminal');
  expect(text).not.toContain('<button');
});
