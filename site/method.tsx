import { analysis } from './data.js';

/** Why the figures may be believed, and of which machine they are. */
export function Method() {
  return (
    <>
      <ul>
        <li>Every collect of every epoch is compared with the pages that were written.</li>
        <li>Each round runs in an isolate of its own; rounds are shuffled, and intervals are over rounds.</li>
        <li>One point is measured twice: what differs by less than those two is noise.</li>
        <li>What cannot be told from what measuring itself costs is said to be within the floor.</li>
        <li>All trackers at a point find the same writes, to the page.</li>
      </ul>
      {analysis !== null && (
        <>
          <h2>The machine</h2>
          <dl>
            {Object.entries({
              CPU: `${analysis.run.environment.cpu}, ${analysis.run.environment.cores} cores`,
              Kernel: analysis.run.environment.kernel,
              KVM: analysis.run.environment.kvm?.backend ?? 'none',
              Node: analysis.run.environment.node,
              Measured: `${analysis.run.startedAt.slice(0, 10)}, ${analysis.run.rounds} rounds, ${analysis.run.epochs} epochs`,
              Command: analysis.run.command,
            }).map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          {analysis.warnings.length > 0 && (
            <>
              <h2>What makes the figures worth less than they look</h2>
              <ul>
                {analysis.warnings.map(({ text, remedy }) => (
                  <li key={text}>
                    {text} <b>Remedy:</b> {remedy}
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </>
  );
}
