import { conformance } from './conformance';
import { dropPayAcquirer } from './providers';

conformance(dropPayAcquirer);
