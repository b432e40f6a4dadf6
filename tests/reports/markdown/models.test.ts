import { expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { modelsSection } from '../../../reports/markdown/models.js';
import { pointOf, resultsOf } from '../fixture.js';

it('what is predicted for larger guests is of the setting that the section is of', () => {
  const points = (['l2-cold', 'warm'] as const).flatMap((cache) =>
    [1, 4, 128].map((size) => pointOf({ tracker: 'flag-scan', memoryBytes: size * 2 ** 30, cache })),
  );
  const made = resultsOf(points, ({ memoryBytes, cache }) => ({
    collectNs: (memoryBytes / 4096) * (cache === 'warm' ? 0.1 : 0.5),
  }));
  const text = modelsSection.write({ analysis: analyse(made), pictures: [] }) ?? '';
  expect(text).toContain('Here: uniform writes, L2-cold cache;');
  expect(text.match(/^\| `flag-scan` \| +128G .*$/gm)).toEqual([expect.stringMatching(/16\.8 ms \| +16\.8 ms/)]);
});
