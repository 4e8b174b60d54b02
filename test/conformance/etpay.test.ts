import { etPay } from '../companies/etpay';
import { conformance } from './conformance';

conformance(etPay);
