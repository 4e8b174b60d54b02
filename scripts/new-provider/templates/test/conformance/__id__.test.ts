import { $camel$ } from '../companies/$id$';
import { conformance } from './conformance';

conformance($camel$);
