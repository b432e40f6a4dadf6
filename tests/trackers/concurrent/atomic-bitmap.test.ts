import { conformance } from '../conformance.js';
import { stress } from './stress.js';

conformance('atomic-bitmap');
stress('atomic-bitmap');
