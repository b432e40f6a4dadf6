import { expect, test } from 'vitest';
import { AnswerHistory } from '../../trials/history.js';
import { compareWithReplay } from '../../trials/reference.js';
import { serve } from '../replication/servers.js';

test('a server that holds no guest breaks no guarantee: its digest cannot be had', async () => {
  const { address: server } = await serve('standby', '--port', '0');
  const settings = { memoryBytes: 2 ** 22, pagesPerTransaction: 4, workload: 'uniform', seed: 1 };
  const options = { server, secret: '', timeoutMs: 5000, guest: 'simulated', settings, responseBytes: 128 } as const;
  await expect(compareWithReplay(new AnswerHistory(), options)).rejects.toMatchObject({
    name: 'ReplicationError',
    message: expect.stringMatching(/^no digest of the guest: 127\.0\.0\.1:\d+ does not serve it$/),
  });
});
