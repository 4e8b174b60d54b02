import { conformance } from './conformance';
import { dropPayPos } from './providers';

conformance(dropPayPos);
