/** In place of what takes a sweep, in a report without one. */
export function NoSweep() {
  return <p>This report has no sweep: it was made of transactions or migrations alone.</p>;
}
