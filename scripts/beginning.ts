import { readEnvironment, readLoad } from '../measure/environment.js';
import { version } from './version.js';

/** What the header of a results file says of the run that begins now on this machine, whatever is measured. */
export function runBeginning() {
  return { version, startedAt: new Date().toISOString(), environment: readEnvironment(), load: readLoad() };
}
