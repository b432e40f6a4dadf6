import { PmlBuffer } from '../../../trackers/software/pml-buffer.js';
import { capacity } from '../capacity.js';
import { conformance } from '../conformance.js';

conformance('pml-buffer');
capacity(512, (pages) => new PmlBuffer(pages));
