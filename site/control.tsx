/** One of a few. */
export function Choice({
  label,
  value,
  options,
  onPick,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onPick: (value: string) => void;
}) {
  return (
    <label>
      {label}
      <select aria-label={label} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {options.map(([key, text]) => (
          <option value={key} key={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A number on a scale of equal factors, in steps of a quarter of a doubling. */
export function Slider({
  label,
  value,
  least,
  most,
  text,
  round,
  onMove,
}: {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly text: string;
  /** The value that is taken for one on the scale. */
  readonly round: (value: number) => number;
  readonly onMove: (value: number) => void;
}) {
  const stepsOf = (number: number) => 4 * Math.log2(number / least);
  const [shown, last] = [Math.round(stepsOf(value)), Math.ceil(stepsOf(most))];
  const at = (step: number) => round(Math.min(most, least * 2 ** (step / 4)));
  const moveTo = (target: number) => {
    const way = Math.sign(target - shown);
    let step = target;
    // Steps that round to the value that is there are passed over: else an arrow key would lead nowhere.
    while (at(step) === value && step !== shown && step + way >= 0 && step + way <= last) step += way;
    onMove(at(step));
  };
  return (
    <label>
      <span>
        {label}: <b>{text}</b>
      </span>
      <input
        type="range"
        min={0}
        max={last}
        step={1}
        value={shown}
        aria-label={label}
        aria-valuetext={text}
        onInput={(event) => moveTo(Number(event.currentTarget.value))}
      />
    </label>
  );
}
