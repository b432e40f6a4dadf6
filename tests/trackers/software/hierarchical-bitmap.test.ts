import { conformance } from '../conformance.js';

conformance('hierarchical-bitmap');
