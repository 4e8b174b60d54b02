export { payments, HoldfastError } from './payments';
export type { ClientOptions, List, NewPayment, Payments, Problem } from './payments';
