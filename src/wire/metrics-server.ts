/** `/metrics` for Prometheus and `/healthz` for whoever decides whether to send clients here. */

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.js';

export interface Health {
  readonly isDraining: boolean;
  readonly places: readonly {
    readonly place: string;
    readonly open: number;
    readonly idle: number;
    readonly waiting: number;
  }[];
}

export interface MetricsServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  readonly health: () => Health;
}

/** @throws the listening's own error */
export async function serveMetrics({
  host,
  port,
  metrics,
  health,
}: MetricsServerOptions): Promise<MetricsServer> {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://router');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(response, 405, 'text/plain', 'GET alone\n');
    switch (pathname) {
      case '/metrics':
        metrics.text().then(
          (text) => answer(response, 200, metrics.contentType, text),
          () => answer(response, 500, 'text/plain', 'no metrics\n'),
        );
        return;
      case '/healthz': {
        const now = health();
        const status = now.isDraining ? 'draining' : 'ok';
        const body = `${JSON.stringify({ status, places: now.places })}\n`;
        return answer(response, now.isDraining ? 503 : 200, 'application/json', body);
      }
      default:
        return answer(response, 404, 'text/plain', '/metrics or /healthz\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function answer(response: http.ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
