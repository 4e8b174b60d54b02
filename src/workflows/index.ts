export { accessToken } from './access-token';
export { paymentEvents } from './events/payment-events';
export { latePayment } from './late-payment';
export { paymentRefunds } from './refunds/payment-refunds';
// One story per provider. They are named where they are registered, in one place only.
// eslint-disable-next-line no-restricted-syntax
export * from './stories';
