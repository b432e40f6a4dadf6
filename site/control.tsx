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
  onMove,
}: {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly text: string;
  readonly onMove: (value: number) => void;
}) {
  const stepsOf = (number: number) => 4 * Math.log2(number / least);
  return (
    <label>
      <span>
        {label}: <b>{text}</b>
      </span>
      <input
        type="range"
        min={0}
        max={Math.ceil(stepsOf(most))}
        step={1}
        value={Math.round(stepsOf(value))}
        aria-label={label}
        aria-valuetext={text}
        onInput={(event) => onMove(Math.min(most, least * 2 ** (Number(event.currentTarget.value) / 4)))}
      />
    </label>
  );
}
