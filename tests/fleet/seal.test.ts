import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ForgedError, LongMessageError, Seal } from '../../fleet/seal.js';

const anything = z.unknown();

describe('a seal', () => {
  const seal = new Seal('lab', 'a secret');

  it('opens what it sealed', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const message: unknown = JSON.parse(text);
        expect(seal.open('job', anything, JSON.parse(JSON.stringify(seal.seal('job', message))))).toEqual(
          JSON.parse(JSON.stringify(message)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['of another secret', () => new Seal('lab', 'another').seal('job', { rounds: 1 })],
    ['of another fleet', () => new Seal('shop', 'a secret').seal('job', { rounds: 1 })],
    ['that was sealed for another purpose', () => seal.seal('result', { rounds: 1 })],
    ['with another text', () => ({ ...seal.seal('job', { rounds: 1 }), body: '{"rounds":2}' })],
    ['with another signature', () => ({ ...seal.seal('job', { rounds: 1 }), mac: 'AAAA' })],
    ['without a signature', () => ({ rounds: 1 })],
    ['that is none', () => null],
    ['with something beside it', () => ({ ...seal.seal('job', { rounds: 1 }), code: 'process.exit()' })],
  ])('does not open a message %s', (_, forge) => {
    expect(() => seal.open('job', anything, forge())).toThrow(ForgedError);
  });

  it('does not open a message with anything changed in it', () => {
    const sealed = seal.seal('job', { tracker: 'flag-scan', epochs: 1000 });
    fc.assert(
      fc.property(fc.nat(sealed.body.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        fc.pre(sealed.body[at] !== letter);
        const body = sealed.body.slice(0, at) + letter + sealed.body.slice(at + 1);
        expect(() => seal.open('job', anything, { ...sealed, body })).toThrow(ForgedError);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses a text that is too long before it looks at it, and does not make one', () => {
    const body = JSON.stringify('x'.repeat(10_000));
    expect(() => seal.open('job', anything, { body, mac: '' })).toThrow(
      'a job of 10002 characters, where at most 8192 are taken',
    );
    expect(() => seal.seal('job', 'x'.repeat(10_000))).toThrow(LongMessageError);
  });

  it('says of a run that is too long how it gets shorter', () => {
    const names = Array.from({ length: 5000 }, (_, number) => `host-number-${number}`);
    expect(() => seal.seal('run', { names })).toThrow(
      /^cannot send a run of \d+ characters, where at most 65536 are taken: choose fewer hosts with --label, or share/,
    );
  });

  it('takes text that is no JSON for one that was not sent', () => {
    expect(() => seal.openText('run', anything, 'junk')).toThrow(ForgedError);
    expect(seal.openText('run', anything, JSON.stringify(seal.seal('run', [1])))).toEqual([1]);
  });
});
