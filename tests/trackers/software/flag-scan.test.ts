import { conformance } from '../conformance.js';

conformance('flag-scan');
