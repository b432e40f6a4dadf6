import { conformance } from '../conformance.js';

conformance('library-sparse-set');
