/** Voyager's assessment keeps each row as JSON in `pgss_data`. */
import { columnsOfJson } from '../read-json.js';
import type { OtherTool } from './tool.js';

export const voyager: OtherTool = {
  isIts: (columns) => columns.includes('pgss_data'),
  adds: ['query', 'calls', 'total_exec_time', 'rows'],
  translated: ({ values, line }, file) => columnsOfJson(values.pgss_data ?? '', file, line),
};
