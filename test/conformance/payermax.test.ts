import { payerMax } from '../companies/payermax';
import { conformance } from './conformance';

conformance(payerMax);
