// Loaded before a measured process: at its end it writes its peak of resident memory in kB to its fourth stream.

import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));
