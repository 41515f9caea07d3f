/** The script of report.html: every view is started once, and hears from the others which table is chosen. */

import { startCard } from './card-view.js';
import { byId } from './dom.js';
import { startGraphList } from './graph-list.js';
import { startGraph } from './graph-view.js';
import { startStatements } from './statements-view.js';
import { startTables } from './tables-view.js';
import { startTheme } from './theme.js';
import { startWhatIf } from './what-if-view.js';

startTheme();
startTables();
const statements = startStatements();
const whatIf = startWhatIf();
startCard({ askWhatIf: whatIf.ask, showStatements: statements.table });
startGraphList();
startGraph();
byId('graph').dataset.ready = 'true';
document.documentElement.dataset.ready = 'true';
