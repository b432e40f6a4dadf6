import { formatSize } from '../base/size.js';
import { advise } from '../reports/analysis/advice/advice.js';
import { adviceReasons, adviceSentence, adviceTable } from '../reports/markdown/advice.js';
import { formatCount, formatMemory, formatNumber } from '../reports/units.js';
import { cacheStates } from '../results/cache.js';
import { type Address, settle } from './address.js';
import { askedIn, spans } from './asked.js';
import { Choice, Slider } from './control.js';
import { analysis } from './data.js';
import { Figures } from './figures.js';
import { NoSweep } from './no-sweep.js';
import { Words } from './words.js';

/** The answer of `dirtybench advise`, with sliders for its flags. */
export function MyGuest({ address }: { readonly address: Address }) {
  if (analysis === null) return <NoSweep />;
  const { points, run } = analysis;
  const question = askedIn(address.settings, points);
  const advice = advise(analysis, question);
  const set = (name: string) => (value: string) => settle(address, { [name]: value });
  const isRecorded = question.workload.startsWith('trace:');
  const guests = [...new Set(points.map(({ guest }) => guest))];
  const workloads = [
    ...new Set([
      ...points.filter(({ guest }) => guest === question.guest).map(({ workload }) => workload),
      question.workload,
    ]),
  ];
  const measured = points.filter(({ guest }) => guest === question.guest).map(({ cache }) => cache);
  const caches = cacheStates.filter((state) => state === question.cache || measured.includes(state));
  return (
    <>
      <form class="controls" onSubmit={(event) => event.preventDefault()}>
        <Choice
          label="Guest"
          value={question.guest}
          options={guests.map((name) => [name, name])}
          onPick={set('guest')}
        />
        <Choice
          label="Writes"
          value={question.workload}
          options={workloads.map((name) => [name, name])}
          onPick={set('workload')}
        />
        <Choice
          label="Caches"
          value={question.cache}
          options={caches.map((state) => [state, state])}
          onPick={set('cache')}
        />
        <Slider
          label="Memory"
          value={question.memoryBytes}
          {...spans.memory}
          text={formatMemory(question.memoryBytes)}
          round={wholeUnits}
          onMove={(bytes) => set('memory')(String(bytes))}
        />
        {!isRecorded && (
          <Slider
            label="Pages written before an I/O"
            value={question.pages}
            {...spans.pages}
            text={formatCount(question.pages)}
            round={Math.round}
            onMove={(pages) => set('pages')(String(pages))}
          />
        )}
        <Slider
          label="I/Os per second"
          value={question.ioFrequency}
          {...spans.io}
          text={formatNumber(question.ioFrequency)}
          round={(hz) => Number(hz.toPrecision(2))}
          onMove={(hz) => set('io')(String(hz))}
        />
        <Choice
          label="Budget"
          value={address.settings.budget ?? ''}
          options={[
            ['', 'none'],
            ...[1, 2, 5, 10, 25].map((percent) => [String(percent), `${percent} % of its time`] as const),
          ]}
          onPick={set('budget')}
        />
      </form>
      <p class="lead" role="status">
        <Words text={adviceSentence(advice)} />
      </p>
      {advice.schemes.length > 0 && <Figures table={adviceTable(advice)} caption="Every scheme, the cheapest first" />}
      <ul>
        {adviceReasons(advice).map((reason) => (
          <li key={reason}>
            <Words text={reason} />
          </li>
        ))}
        <li>
          Measured on {run.environment.cpu}, Linux {run.environment.kernel}, {run.startedAt.slice(0, 10)}. On your
          machine: <code>{commandOf(question)}</code>
        </li>
      </ul>
    </>
  );
}

function commandOf({
  guest,
  workload,
  memoryBytes,
  pages,
  ioFrequency,
  cache,
  budget,
}: ReturnType<typeof askedIn>): string {
  return [
    `dirtybench advise --guest ${guest} --memory ${formatSize(memoryBytes)}`,
    workload.startsWith('trace:') ? '' : `--pages ${pages}`,
    `--io-frequency ${ioFrequency}`,
    workload === 'uniform' ? '' : `--workload ${workload}`,
    cache === 'l2-cold' ? '' : `--cache ${cache}`,
    budget === null ? '' : `--budget ${budget * 100}%`,
    '--measure',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Whole GiB, or of a small guest multiples of 64 MiB. */
function wholeUnits(bytes: number): number {
  const unit = bytes < 4 * 2 ** 30 ? 2 ** 26 : 2 ** 30;
  return Math.max(1, Math.round(bytes / unit)) * unit;
}
