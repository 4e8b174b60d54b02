export { accessToken } from './access-token';
export { paymentEvents } from './events/payment-events';
export { latePayment } from './late-payment';
export { paymentRefunds } from './refunds/payment-refunds';
export { dropPayAcquirer, dropPayPos, etpay, payerMax, pomelo } from './stories';
