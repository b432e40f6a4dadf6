import { Command, InvalidArgumentError } from 'commander';
import { type Serving, serveRounds } from '../../measure/against/serving.js';
import { isTrackerName } from '../../trackers/registry.js';
import { identity } from '../runs/identity.js';

interface LaneFlags {
  slow?: NonNullable<Serving['slowed']>;
}

/** `dirtybench lane`: rounds for a `measure --against` of another build. */
export function laneCommand(): Command {
  return new Command('lane')
    .description(
      'run rounds that `measure --against` of another build asks for: a JSON object a line on standard input, and one for ' +
        'each on standard output; it ends when its input does',
    )
    .option(
      '--slow <tracker=factor>',
      'make the collects of a tracker so many times as long on purpose, to see that it is found; 1: as they are, but timed in the same way',
      slowing,
    )
    .action(async ({ slow }: LaneFlags) => {
      // Whoever asked is gone, however that came: nobody wants the round that may be running.
      process.stdin.on('close', () => process.exit());
      const answer = (reply: unknown) => process.stdout.write(`${JSON.stringify(reply)}\n`);
      await serveRounds(process.stdin, answer, { identity, slowed: slow ?? null });
    });
}

function slowing(text: string): NonNullable<Serving['slowed']> {
  const [tracker = '', factor = ''] = text.split('=');
  if (isTrackerName(tracker) && Number(factor) >= 1 && Number(factor) <= 100)
    return { tracker, factor: Number(factor) };
  throw new InvalidArgumentError('write a tracker and how many times as long, such as flag-scan=1.3.');
}
