/** Pages as the command line writes them, with the script and style of the sources as they are. */

import { layoutOf } from '../../src/graph/index.js';
import type { AnalysisResult, PageCard, PageHead } from '../../src/model/index.js';
import { type PageAssets, renderReportPage } from '../../src/report/index.js';

const bundler = new URL('../../scripts/page-bundle.js', import.meta.url).href;
const { bundlePage } = (await import(bundler)) as { readonly bundlePage: () => PageAssets };
const assets = bundlePage();

export function pageOf(result: AnalysisResult, version = '0.0.0'): string {
  const tool = { name: 'shardwright', version };
  return [...renderReportPage(result, { assets, positions: layoutOf(result.graph), tool })].join('');
}

export function headIn(page: string): PageHead {
  return dataIn(page, 'head') as PageHead;
}

export function cardIn(page: string, table: number): PageCard {
  return dataIn(page, `card-${table}`) as PageCard;
}

function dataIn(page: string, id: string): unknown {
  const start = page.indexOf(`id="${id}">`) + `id="${id}">`.length;
  return JSON.parse(page.slice(start, page.indexOf('</script>', start)));
}
