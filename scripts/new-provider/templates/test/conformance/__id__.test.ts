import { conformance } from './conformance';
import { $camel$ } from './$id$';

conformance($camel$);
