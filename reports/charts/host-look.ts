/** The colours of the hosts of a fleet, in their order; they are of no tracker. */
export const hostColours = ['#0b5cad', '#c8321f', '#009e73', '#b07aa1', '#e69f00', '#56b4e9', '#59636e', '#8c564b'];

/** The shapes of their marks. */
export const hostShapes = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'cross',
  'triangle-down',
  'triangle-right',
  'triangle-left',
];
