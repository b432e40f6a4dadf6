import { usableCores } from '../../base/machine.js';
import { Lanes } from '../../measure/lane.js';
import { UsageError } from '../../measure/problem.js';
import { workersWithRoom } from '../../measure/room.js';
import { measure } from '../../measure/run.js';
import { ResultsFile } from '../../results/file.js';
import type { Header, Results } from '../../results/schema.js';

/**
 * Measures into a new results file without a bar, as one step of a soak.
 * @throws WrongSetError if a tracker found wrong pages; UsageError if the kernel refused a round: what is missing would not be
 * compared.
 */
export async function measureUnseen(path: string, header: Header): Promise<Results> {
  const file = new ResultsFile(path, header);
  const lanes = new Lanes();
  try {
    const workers = workersWithRoom(header.points, usableCores());
    const events = { isolation: () => {}, progress: () => {}, failure: refuse, wrongSet: fail };
    await measure(file, { workers, runRound: lanes.runRound, signal: new AbortController().signal }, events);
    return file.results;
  } finally {
    lanes.close();
    file.close();
  }
}

function fail(error: Error): never {
  throw error;
}

function refuse({ message }: Error): never {
  throw new UsageError(message);
}
