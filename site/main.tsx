import { render } from 'preact';
import { darkStyle } from '../reports/charts/dark.js';
import { App } from './app.js';
import './style.css';

const root = document.getElementById('site');
if (root !== null) {
  document.head.append(
    Object.assign(document.createElement('style'), { textContent: darkStyle('.chart ') + darkStyle('.swatch ') }),
  );
  root.replaceChildren();
  render(<App />, root);
}
