import { conformance } from './conformance';
import { pomelo } from './providers';

conformance(pomelo);
