import { describe, expect, it } from 'vitest';
import { Scope } from '../../kernel/scope.js';

/** Something that notes in `log` that it was closed. */
function noting(log: string[], name: string) {
  return { close: () => void log.push(name) };
}

describe('a scope', () => {
  it('closes what it owns, the last first, and once', () => {
    const log: string[] = [];
    const scope = new Scope();
    scope.own(noting(log, 'first'));
    scope.own(noting(log, 'second'));
    scope.close();
    scope.close();
    expect(log).toEqual(['second', 'first']);
  });

  it('closes the others too when one fails to close', () => {
    const log: string[] = [];
    const scope = new Scope();
    scope.own(noting(log, 'first'));
    scope.own({
      close: () => {
        throw new Error('stuck');
      },
    });
    scope.own(noting(log, 'third'));
    expect(() => scope.close()).toThrow('stuck');
    expect(log).toEqual(['third', 'first']);
  });

  it('closes what was opened when the building fails half-way', () => {
    const log: string[] = [];
    expect(() =>
      Scope.build((scope) => {
        scope.own(noting(log, 'opened'));
        throw new Error('half-way');
      }),
    ).toThrow('half-way');
    expect(log).toEqual(['opened']);
  });
});
