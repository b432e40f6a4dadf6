/** Whether an error is a system error with that code: `ENOENT`, `EAGAIN`, ... */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
