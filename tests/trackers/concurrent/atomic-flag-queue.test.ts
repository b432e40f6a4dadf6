import { conformance } from '../conformance.js';
import { stress } from './stress.js';

conformance('atomic-flag-queue');
stress('atomic-flag-queue');
