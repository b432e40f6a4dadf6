import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../measure/problem.js';
import { type Evidence, evidenceSchema } from '../../reports/analysis/advice/evidence.js';
import { analyse } from '../../reports/analysis/analysis.js';
import { readAny } from '../../results/any.js';
import { readable } from '../terminal/streams.js';

/** The published analysis, seen from the compiled module. */
const published = fileURLToPath(new URL('../../../docs/analysis.json', import.meta.url));

/** What a question is answered from, and what that is called. */
export interface NamedEvidence {
  readonly evidence: Evidence;
  readonly name: string;
}

/**
 * Reads a results file of a sweep, or an analysis, whose name ends in `.json`; without a name the published analysis.
 * @throws UsageError, ResultsError if it cannot be read, or holds no sweep.
 */
export function readEvidence(path: string | undefined): NamedEvidence {
  if (path === undefined) {
    if (existsSync(published)) return { evidence: fromAnalysis(published), name: 'the published results' };
    throw new UsageError('this installation has no published results: give --from FILE, or --measure');
  }
  if (path.endsWith('.json')) return { evidence: fromAnalysis(path), name: path };
  const file = readAny(readable(path));
  if (file.kind !== 'results') {
    throw new UsageError(`--from '${path}' holds ${file.kind}: name a results file of \`dirtybench measure\``);
  }
  for (const warning of file.of.warnings) process.stderr.write(`${warning}\n`);
  return { evidence: analyse(file.of), name: path };
}

function fromAnalysis(path: string): Evidence {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // Node's message goes on, after a comma, with the call and the path.
    const why =
      error instanceof SyntaxError
        ? 'it is not JSON'
        : error instanceof Error
          ? error.message.split(',')[0]
          : String(error);
    throw new UsageError(`cannot read the analysis '${path}': ${why}`);
  }
  const found = evidenceSchema.safeParse(parsed);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new UsageError(
    `'${path}' is no analysis of a sweep (${at}${issue?.message}): name the analysis.json of a report, or a results file`,
  );
}
