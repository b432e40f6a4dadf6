import { analysis, synchronisation } from './data.js';

const files = [
  { name: 'report.md', what: 'the report, in words' },
  { name: 'analysis.json', what: 'all figures, analysed' },
  ...(analysis === null ? [] : [{ name: 'results.jsonl', what: 'every finished round of the sweep' }]),
  ...(synchronisation.transactions === null ? [] : [{ name: 'transactions.jsonl', what: 'every run of transactions' }]),
  ...(synchronisation.migrations === null ? [] : [{ name: 'migrations.jsonl', what: 'every migration' }]),
];

/** The files beside the site: the report, its figures, and the results that they were made from. */
export function Files() {
  return (
    <ul>
      {files.map(({ name, what }) => (
        <li key={name}>
          <a href={name}>{name}</a>: {what}
        </li>
      ))}
    </ul>
  );
}
