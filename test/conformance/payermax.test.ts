import { conformance } from './conformance';
import { payerMax } from './providers';

conformance(payerMax);
