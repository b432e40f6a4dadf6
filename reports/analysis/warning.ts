/** What can make the figures worth less than they look. */
export type WarningKind =
  | 'file'
  | 'governor'
  | 'load'
  | 'missing rounds'
  | 'few rounds'
  | 'wide interval'
  | 'noise'
  | 'interference'
  | 'severe outliers'
  | 'floor missing'
  | 'unavailable';

export interface Warning {
  readonly kind: WarningKind;
  /** What was seen, with the numbers. */
  readonly text: string;
  /** What the user can do about it. */
  readonly remedy: string;
}
