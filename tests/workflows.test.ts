import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = new URL('../../', import.meta.url);
const folder = new URL('.github/workflows/', root);

const workflowSchema = z.object({
  on: z.looseObject({}),
  permissions: z.record(z.string(), z.enum(['read', 'write'])),
  jobs: z.record(
    z.string(),
    z.looseObject({
      steps: z.array(
        z.union([
          z.looseObject({ uses: z.string().regex(/^actions\/[\w-]+@v\d+$/), with: z.looseObject({}).optional() }),
          z.object({ run: z.string() }),
        ]),
      ),
    }),
  ),
});

describe.each(readdirSync(folder))('the workflow %s', (name) => {
  const workflow = workflowSchema.parse(parse(readFileSync(new URL(name, folder), 'utf8')));
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('runs programs and publishes folders that are there', () => {
    const scripts = steps.flatMap((step) => ('run' in step ? (String(step.run).match(/\.ci\/\w+/) ?? []) : []));
    for (const script of scripts) expect(statSync(new URL(script, root)).mode & 0o100, script).toBe(0o100);
    const published = steps.flatMap((step) =>
      'with' in step && typeof step.with?.path === 'string' ? step.with.path : [],
    );
    for (const path of published) expect(existsSync(new URL(`${path}/report.md`, root)), path).toBe(true);
    expect(scripts.length + published.length).toBeGreaterThan(0);
  });
});
