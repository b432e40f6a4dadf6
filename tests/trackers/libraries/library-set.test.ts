import { conformance } from '../conformance.js';

conformance('library-set');
