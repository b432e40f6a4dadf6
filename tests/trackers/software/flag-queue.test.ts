import { conformance } from '../conformance.js';

conformance('flag-queue');
