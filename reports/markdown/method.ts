import { touchedBytes } from '../../results/cache.js';
import { formatMemory } from '../units.js';
import { blocks, type Section } from './section.js';

/** How the figures were measured. */
export const methodSection: Section = {
  heading: 'How it was measured',
  needs: 'a results file',
  write({ analysis }) {
    const { epochs, rounds, roundsAsked, pointsAsked, footprintBytes, environment } = analysis.run;
    return blocks([
      `${pointsAsked} points in ${rounds} of ${roundsAsked} rounds, ${epochs} epochs; every one was verified.`,
      [
        '- **An epoch** is what a guest writes between two I/Os. Its writes, with marking, are timed apart from its *collect*, ' +
          'which is detection: the pages written are listed, each once, while the guest stands still.',
        '- **The same work:** all trackers at a point see the same writes from the same seed, and every collected set is ' +
          'compared with what was written, outside the timed part. A wrong set is marked, and warned of.',
        '- **Fresh state:** each round runs in an isolate of its own, so that no figure depends on what ran before it.',
        '- **Rounds** of all points run in random order. A figure is the median of its rounds’ medians; its interval is ' +
          'over rounds, not over the epochs of one round, and is said with how likely it holds the true figure: of five rounds ' +
          'no interval can do so with more than 93.75 %. Of fewer no verdict is drawn.',
        `- **Cache:** *l2-cold* means that between its writes and the collect the guest touches ${formatMemory(footprintBytes)}, as ` +
          'a guest that has been running would: what a scheme remembers by then comes from the last level, if it fits that. With ' +
          `*dram* it touches ${formatMemory(touchedBytes('dram', footprintBytes, environment))}, and all comes from memory; *warm* means that it touches nothing.`,
        '- **Outliers** are counted and kept.',
      ].join('\n'),
      'Each figure is labelled: *paper* is printed there, *derived* follows from it by arithmetic, *measured* was timed here, ' +
        '*simulated* and *projected* are computed from what was measured.',
    ]);
  },
};
