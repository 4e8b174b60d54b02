import { dropPayAcquirer } from '../companies/droppay-acquirer';
import { conformance } from './conformance';

conformance(dropPayAcquirer);
