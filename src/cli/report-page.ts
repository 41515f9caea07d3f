/** report.html in pieces: the analysis, its graph laid out, and the page's own script and style from the build. */

import { readFile } from 'node:fs/promises';
import type { AnalysisResult } from '../model/index.js';
import { tool } from './version.js';

const asset = (name: string) => readFile(new URL(`../../dist/page/${name}`, import.meta.url), 'utf8');

export async function reportPage(result: AnalysisResult): Promise<Iterable<string>> {
  const { layoutOf, renderReportPage } = await import('../index.js');
  const assets = { script: await asset('page.js'), style: await asset('style.css') };
  return renderReportPage(result, { assets, positions: layoutOf(result.graph), tool });
}
