/** What stops a primary, a standby or a client; the message is for the user and names the value and the remedy. */
export class ReplicationError extends Error {
  override readonly name = 'ReplicationError';
}
