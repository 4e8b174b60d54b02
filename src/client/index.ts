export { EventRefused, verifyEvent } from './events';
export type { EventHeaders, VerifiedEvent } from './events';
export { payments, HoldfastError } from './payments';
export type { ClientOptions, List, NewPayment, Payments } from './payments';
export type { ProblemBody as Problem } from '../contract/problem';
