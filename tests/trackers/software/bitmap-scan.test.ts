import { conformance } from '../conformance.js';

conformance('bitmap-scan');
