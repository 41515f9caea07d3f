#!/usr/bin/env node
// Starts the command line from the built files; only says how to build them when they are not there.
import { existsSync } from 'node:fs';

const entry = new URL('../dist/cli/main.js', import.meta.url);

if (existsSync(entry)) {
  await import(entry.href);
} else {
  process.stderr.write(
    'shardwright: not built yet. Run "npm ci" in the project folder (or "npm run build"), then try again.\n',
  );
  process.exitCode = 2;
}
