import { Command } from 'commander';
import type { Address } from '../../replication/address.js';
import { askDigest } from '../../replication/client/observer.js';
import { ReplicationError } from '../../replication/error.js';
import type { Digest } from '../../replication/memory/digest.js';
import { hostAndPort, millisecondsOption, readSecret } from '../options/values.js';

interface DigestFlags {
  connect: Address;
  timeout: number;
  json?: true;
  secretFile?: string;
}

/** `dirtybench digest`: what memory and vCPU state are on both sides, at the last epoch; ends with an error if they differ. */
export function digestCommand(): Command {
  return new Command('digest')
    .description('compare memory and vCPU state of a primary and its standby, or show those of a standby')
    .requiredOption('--connect <host:port>', 'a primary, which also asks its standby, or a standby', hostAndPort)
    .addOption(millisecondsOption('--timeout <time>', 'longest that the answer may take, in ms', 1, 60_000))
    .option('--json', 'as JSON')
    .option('--secret-file <file>', 'the secret that both sides share')
    .action(async ({ connect, timeout, json, secretFile }: DigestFlags) => {
      const reply = await askDigest({ address: connect, secret: readSecret(secretFile), timeoutMs: timeout });
      const { primary, standby } = reply;
      const text = `${format('primary', primary)}${format('standby', standby)}`;
      const identical = isIdentical(primary, standby);
      const verdict = identical === null ? '' : `${identical ? 'identical' : 'different'}\n`;
      process.stdout.write(json ? `${JSON.stringify({ ...reply, identical })}\n` : text + verdict);
      if (identical === false) {
        throw new ReplicationError('the standby does not hold what the primary has');
      }
    });
}

/** Null where there are not two sides to compare. */
function isIdentical(primary: Digest | null, standby: Digest | null): boolean | null {
  if (primary === null || standby === null) return null;
  return primary.epoch === standby.epoch && primary.sha256 === standby.sha256;
}

function format(side: string, digest: Digest | null): string {
  if (digest === null) return `${side}: none\n`;
  return `${side}: epoch ${digest.epoch} sha256 ${digest.sha256} pages ${digest.pages}\n`;
}
