import { describe, expect, it } from 'vitest';
import { OptionalClass } from '../../trackers/optional.js';
import { TrackerError } from '../../trackers/tracker.js';

describe('a class of an optional package', () => {
  it('is had where the package is installed', () => {
    const url = new OptionalClass<typeof URL>('node:url', 'URL');
    expect(url.missing()).toBeNull();
    expect(new (url.get())('http://page/').hostname).toBe('page');
  });

  it('is missing where the package is not, and says what to do', () => {
    const absent = new OptionalClass<typeof URL>('no-such-package', 'Pages');
    const why = 'the package no-such-package is not installed';
    expect(absent.missing()).toEqual({ why, remedy: 'npm install no-such-package' });
    expect(() => absent.get()).toThrow(new TrackerError(`${why}: npm install no-such-package`));
  });

  it('is missing where the package has no such class', () => {
    const absent = new OptionalClass<typeof URL>('node:url', 'Pages');
    expect(absent.missing()?.why).toBe('the package node:url has no Pages');
    expect(() => absent.get()).toThrow(TrackerError);
  });
});
