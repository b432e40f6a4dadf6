import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mistakenName, nearestName } from '../base/suggestion.js';
import { parseRecording, type Recording } from './recording.js';
import { WorkloadError } from './workload.js';

const extension = '.trace.gz';

/** The shipped traces, seen from the compiled module. */
const folder = new URL('../../workloads/traces/', import.meta.url);

const read = new Map<string, Recording>();

/** Names of the shipped traces, without `trace:`, in alphabetical order. */
export function shippedTraces(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort();
}

/** Whether a trace is given by the path of its file, and not by a shipped one's name. */
export function isPath(trace: string): boolean {
  return trace.includes('/') || trace.endsWith(extension);
}

/**
 * A recording, read once in each thread. `trace` is the name of a shipped trace or the path of a file: what has a slash or
 * ends in `.trace.gz` is a path.
 * @throws WorkloadError if there is no such trace, or it is malformed.
 */
export function loadRecording(trace: string): Recording {
  const known = read.get(trace);
  if (known) return known;
  const path = isPath(trace) ? trace : shippedPath(trace);
  const recording = parseRecording(contents(path), path);
  read.set(trace, recording);
  return recording;
}

function shippedPath(name: string): string {
  const names = shippedTraces();
  if (names.includes(name)) return fileURLToPath(new URL(`${name}${extension}`, folder));
  throw new WorkloadError(
    `${mistakenName('trace', name, nearestName(name, names))} Shipped are ${names.join(', ')}; ` +
      `a file of your own is given by its path, as trace:./mine${extension}`,
  );
}

function contents(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    // Node's message goes on, after a comma, with the call and the path.
    const why = error instanceof Error ? error.message.split(',')[0] : String(error);
    throw new WorkloadError(`cannot read the trace '${path}': ${why}`);
  }
}
