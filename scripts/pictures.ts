// `npm run pictures [REPORT FOLDER] [INTO]`: a report's charts as PNG, to be looked at before they are published.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const [report = 'docs', into = 'pictures'] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

mkdirSync(into, { recursive: true });
const charts = join(report, 'charts');
for (const file of readdirSync(charts).filter((name) => name.endsWith('.svg'))) {
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' };
  const picture = new Resvg(readFileSync(join(charts, file), 'utf8'), { font, fitTo: { mode: 'zoom', value: 2 } });
  const path = join(into, file.replace(/svg$/, 'png'));
  writeFileSync(path, picture.render().asPng());
  process.stdout.write(`${path}\n`);
}
