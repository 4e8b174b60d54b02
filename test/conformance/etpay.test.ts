import { conformance } from './conformance';
import { etPay } from './providers';

conformance(etPay);
