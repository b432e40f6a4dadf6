import { describe, expect, it } from 'vitest';
import { type Advice, advise } from '../../../../reports/analysis/advice/advice.js';
import { evidenceSchema } from '../../../../reports/analysis/advice/evidence.js';
import { unlikeness } from '../../../../reports/analysis/advice/likeness.js';
import type { Question } from '../../../../reports/analysis/advice/question.js';
import { analysisJson } from '../../../../reports/analysis/document.js';
import { adviceSentence, adviceText } from '../../../../reports/markdown/advice.js';
import { environment } from '../../fixture.js';
import { sampleAnalysis, sampleWithReal } from '../../sample.js';

const simulated = sampleAnalysis();
const real = sampleAnalysis(sampleWithReal);

const asked: Question = {
  guest: 'simulated',
  workload: 'uniform',
  memoryBytes: 8 * 2 ** 30,
  pages: 500,
  ioFrequency: 100,
  cache: 'l2-cold',
  budget: null,
};

function schemeOf({ schemes }: Advice, name: string) {
  const found = schemes.find(({ scheme }) => scheme === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe('advice', () => {
  it('ranks by what detection and marking take together, and names what cannot be told from the first', () => {
    const { schemes, ties } = advise(simulated, asked);
    expect(schemes.length).toBeGreaterThan(5);
    const losses = schemes.map(({ stop, charge }) => stop.value + (charge?.value ?? 0));
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
    expect(schemes.at(-1)?.scheme).toBe('flag-scan');
    expect(ties).not.toContain('flag-scan');
    expect(schemes.map(({ tracker }) => tracker)).not.toContain('null');
  });

  it('leaves the guest what the sample’s costs leave it', () => {
    // 60 ns + 0.55 ns a page of 8 GiB + 2 ns a dirty page; marking takes 0.4 ns a page longer than the floor.
    const { stop, timeLeft, highestHz, charge } = schemeOf(advise(simulated, asked), 'flag-scan');
    const truth = 60 + 0.55 * 2 ** 21 + 2 * 500;
    expect(stop.low).toBeLessThan(truth);
    expect(stop.high).toBeGreaterThan(truth);
    expect(stop.basis).toBe('between');
    expect(timeLeft.value).toBeCloseTo(1 - (100 * (stop.value + (charge?.value ?? 0))) / 1e9, 6);
    expect(highestHz.low).toBeLessThan(1e9 / truth);
    expect(timeLeft.low).toBeLessThanOrEqual(timeLeft.value);
    expect(timeLeft.high).toBeGreaterThanOrEqual(timeLeft.value);
  });

  it('takes a point for itself where it was measured, and a program’s own where it was', () => {
    const there = advise(simulated, { ...asked, memoryBytes: 4 * 2 ** 30, pages: 64 });
    expect(schemeOf(there, 'flag-queue').stop.basis).toBe('measured');
    const program = advise(simulated, { ...asked, workload: 'trace:redis-set', pages: 13 });
    expect(schemeOf(program, 'flag-queue').workload).toBe('trace:redis-set');
    const unknown = advise(simulated, { ...asked, workload: 'zipf' });
    expect(schemeOf(unknown, 'flag-queue').workload).toBe('uniform');
    expect(adviceText(unknown, [])).toContain('Workload zipf was not measured enough');
  });

  it('marks what lies beyond what was measured, in its sentence and in its table', () => {
    const beyond = advise(real, { ...asked, guest: 'kvm', pages: 2000 });
    expect(schemeOf(beyond, 'kvm-ring').stop.basis).toBe('extrapolated');
    expect(adviceSentence(beyond)).toContain('extrapolated');
    expect(adviceText(beyond, ['A note.'])).toMatch(/kvm-ring +[\d.]+ [µm]s†/);
    expect(adviceText(beyond, ['A note.'])).toContain('- A note.');
    expect(adviceSentence(advise(real, { ...asked, guest: 'kvm', pages: 64 }))).not.toContain('extrapolated');
  });

  it('says when so many I/Os cannot be had', () => {
    const much = advise(real, { ...asked, guest: 'kvm', pages: 64, ioFrequency: 50_000 });
    expect(much.reach).toBe('no');
    expect(adviceSentence(much)).toContain('But 50k I/Os per second cannot be had');
    expect(advise(real, { ...asked, guest: 'kvm', pages: 64 }).reach).toBe('yes');
  });

  it('turns a budget into a rate of I/Os', () => {
    const { budgetHz, stop, charge } = schemeOf(advise(simulated, { ...asked, budget: 0.05 }), 'flag-scan');
    expect(budgetHz?.value).toBeCloseTo(0.05 / ((stop.value + (charge?.value ?? 0)) / 1e9), 3);
    expect(adviceText(advise(simulated, { ...asked, budget: 0.05 }), [])).toContain('A budget of 5 %');
  });

  it('says of which schemes the marking was not measured, whose rank counts detection alone', () => {
    expect(adviceText(advise(simulated, asked), [])).not.toContain('marking costs was not measured');
    const writing = simulated.writing.filter(({ scheme }) => scheme !== 'flag-queue');
    const partly = advise({ ...simulated, writing }, asked);
    expect(schemeOf(partly, 'flag-queue').charge).toBeNull();
    expect(adviceText(partly, [])).toContain(
      '- What marking costs was not measured with flag-queue: rank and time left count detection alone there.',
    );
    expect(adviceText(advise({ ...simulated, writing: [] }, asked), [])).toContain('was not measured with any: rank');
  });

  it('is the same from an analysis as from its file', () => {
    const file = evidenceSchema.parse(JSON.parse(analysisJson(simulated)));
    expect(adviceText(advise(file, asked), [])).toBe(adviceText(advise(simulated, asked), []));
  });

  it('has no answer where nothing was measured of such a guest', () => {
    expect(adviceText(advise(simulated, { ...asked, guest: 'kvm' }), [])).toContain('no answer');
  });
});

describe('another machine', () => {
  it('is told from this one by what detection depends on, and by nothing else', () => {
    expect(unlikeness(environment, { ...environment, node: '24.0.0', memoryBytes: 1 })).toEqual([]);
    expect(unlikeness(environment, { ...environment, cpu: 'Other CPU' })).toEqual(['CPU: Model CPU, here Other CPU']);
  });
});
