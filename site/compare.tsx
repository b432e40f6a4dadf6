import { useState } from 'preact/hooks';
import { compare } from '../reports/analysis/compare/comparison.js';
import { comparisonText } from '../reports/markdown/comparison.js';
import { anyIn } from '../results/any.js';
import { wholeLines } from '../results/lines.js';

/** A results file of the reader's; it stays in the browser. */
interface Given {
  readonly name: string;
  readonly text: string;
}

/** `dirtybench compare` of two files that are chosen or dropped here: the same code, and the same words. */
export function Compare() {
  const [base, setBase] = useState<Given | null>(null);
  const [other, setOther] = useState<Given | null>(null);
  return (
    <>
      <p>
        Choose two results files of <code>dirtybench measure</code>, <code>table1</code> or <code>downtime</code>, or
        drop them here. They are read in your browser and sent nowhere.
      </p>
      <form class="controls files" onSubmit={(event) => event.preventDefault()}>
        <Take label="Before" given={base} take={setBase} />
        <Take label="After" given={other} take={setOther} />
      </form>
      {base !== null && other !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <pre class="scroll" role="status" tabIndex={0}>
          {said(base, other)}
        </pre>
      )}
    </>
  );
}

function Take({
  label,
  given,
  take,
}: {
  readonly label: string;
  readonly given: Given | null;
  readonly take: (given: Given) => void;
}) {
  const read = async (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file !== undefined) take({ name: file.name, text: await file.text() });
  };
  return (
    <label
      class="drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        read(event.dataTransfer?.files);
      }}
    >
      {label}: {given?.name ?? 'choose a results file, or drop one here'}
      <input type="file" accept=".jsonl" onChange={(event) => read(event.currentTarget.files)} />
    </label>
  );
}

function said(base: Given, other: Given): string {
  try {
    const [first, second] = [base, other].map(({ name, text }) => ({
      path: name,
      file: anyIn(wholeLines(text, name), name),
    }));
    if (first === undefined || second === undefined) return '';
    if (first.file.kind !== second.file.kind) {
      return `'${second.path}' holds ${second.file.kind} and '${first.path}' ${first.file.kind}: compare files of one kind`;
    }
    return comparisonText(compare(first, [second], { threshold: 0.05, metrics: ['collect'] }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
