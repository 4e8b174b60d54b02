import { dropPayPos } from '../companies/droppay-pos';
import { conformance } from './conformance';

conformance(dropPayPos);
