/** Whether an error is the system's of that name: `ENOENT`, `EAGAIN`, ... */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
