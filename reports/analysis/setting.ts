/** What is held equal when schemes are compared. */
export interface Setting {
  readonly guest: string;
  readonly workload: string;
  readonly cache: 'warm' | 'cold';
  readonly vcpus: number;
}
