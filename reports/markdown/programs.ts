import { inOrder } from '../order.js';
import { formatCount, formatMemory } from '../units.js';
import { code, figure, nothing } from './prose.js';
import { blocks, forEachGuest, type Section, showChart } from './section.js';
import { toMarkdown } from './table.js';

/** What detection adds to the responses of recorded programs. */
export const programsSection: Section = {
  heading: 'Real programs',
  needs: 'a recorded workload (`trace:...`)',
  write(context) {
    const tables = forEachGuest(context.analysis, (guest) => {
      const programs = context.analysis.programs.filter((program) => program.guest === guest);
      if (programs.length === 0) return null;
      const schemes = inOrder(programs.flatMap((program) => program.costs.map((cost) => cost.scheme)));
      const rows = programs.map((program) => [
        code(program.workload.replace('trace:', '')),
        formatCount(program.pagesPerResponse),
        formatMemory(program.memoryBytes),
        program.cache,
        ...schemes.map((scheme) => {
          const cost = program.costs.find((each) => each.scheme === scheme);
          return cost === undefined ? nothing : figure({ ...cost.collect, withinFloor: cost.withinFloor });
        }),
      ]);
      return [
        'Measured: what detection adds to each response of a recorded program; pages are those that it writes between two ' +
          'responses, in the mean.',
        toMarkdown({ of: 'figures', header: ['program', 'pages', 'memory', 'cache', ...schemes.map(code)], rows }),
      ];
    });
    return blocks([...showChart('programs', context), ...tables]);
  },
};
