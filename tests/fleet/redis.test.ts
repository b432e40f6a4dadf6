import { expect, it } from 'vitest';
import { connect } from '../../fleet/redis.js';

const reachability = { away: () => {}, back: () => {} };

it.each(['127.0.0.1', 'localhost'])('a Redis that is not there on %s is said with what helps', async (host) => {
  const refused = /^cannot use Redis at .*: .*ECONNREFUSED.*: start one there, or name another with --redis$/;
  await expect(connect(`redis://${host}:1`, reachability)).rejects.toThrow(refused);
});
