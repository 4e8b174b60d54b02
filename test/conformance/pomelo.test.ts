import { pomelo } from '../companies/pomelo';
import { conformance } from './conformance';

conformance(pomelo);
